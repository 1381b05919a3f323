import { once } from 'node:events';
import { constants, createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { rest } from '../../support/rest.ts';

/** gRPC for Go, as it ships, forgives that many pings of a client to which it said nothing. */
const pingsForgiven = 3;

/** Speaks gRPC as a server in Go does: silent for as long as a call takes, and strict with clients that ping too often meanwhile. */
export class SlowEngine {
  /** Connections it closed over too many pings. */
  hungUp = 0;
  private readonly sessions = new Set<ServerHttp2Session>();

  private constructor(
    private readonly server: Http2Server,
    takesMs: number,
    answer: Uint8Array,
  ) {
    server.on('session', (session) => this.welcome(session));
    server.on('stream', (stream) => void rest(takesMs).then(() => respond(stream, answer)));
  }

  /** Answers whatever it is asked with this message. */
  static async listen(takesMs: number, answer: Uint8Array): Promise<SlowEngine> {
    const server = createServer();
    const engine = new SlowEngine(server, takesMs, answer);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return engine;
  }

  get endpoint(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private welcome(session: ServerHttp2Session): void {
    let pings = 0;
    this.sessions.add(session);
    session.on('error', () => undefined);
    session.on('ping', () => {
      pings += 1;
      if (pings <= pingsForgiven) return;
      this.hungUp += 1;
      session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM, 0, Buffer.from('too_many_pings'));
      session.destroy();
    });
  }

  async close(): Promise<void> {
    for (const session of this.sessions) session.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}

function respond(stream: ServerHttp2Stream, answer: Uint8Array): void {
  if (stream.destroyed) return;
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  const prefix = Buffer.alloc(5); // not compressed, and of this length
  prefix.writeUInt32BE(answer.length, 1);
  stream.end(Buffer.concat([prefix, answer]));
}
