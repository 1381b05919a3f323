import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A TCP relay in front of an engine, to lose the network between it and its callers. */
export class Relay {
  private readonly pairs: { readonly near: Socket; readonly far: Socket }[] = [];
  private swallowing = false;
  private refusing = false;
  /** Connections accepted and never answered. */
  swallowed = 0;
  /** When connections were refused, in milliseconds since the process began. */
  readonly refusedAt: number[] = [];

  private constructor(
    private readonly server: Server,
    private readonly target: { readonly host: string; readonly port: number },
  ) {
    server.on('connection', (near) => this.join(near));
  }

  static async to(endpoint: string): Promise<Relay> {
    const [host = '', port] = endpoint.split(':');
    const server = createServer();
    const relay = new Relay(server, { host, port: Number(port) });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return relay;
  }

  get endpoint(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** As when the host behind an address vanishes: nothing is answered any more, and nothing is closed. */
  vanish(): void {
    this.swallowing = true;
    for (const { near, far } of this.pairs) {
      near.unpipe(far);
      far.unpipe(near);
      near.resume();
      far.resume();
    }
  }

  /** As when the engine is down: every connection ends at once, and every new one. */
  refuse(): void {
    this.refusing = true;
    for (const { near, far } of this.pairs) for (const socket of [near, far]) socket.destroy();
  }

  /** New connections work again; those of before stay dead. */
  return(): void {
    this.swallowing = false;
  }

  close(): void {
    for (const { near, far } of this.pairs) for (const socket of [near, far]) socket.destroy();
    this.server.close();
  }

  private join(near: Socket): void {
    near.on('error', () => undefined);
    if (this.refusing) {
      this.refusedAt.push(performance.now());
      near.destroy();
      return;
    }
    if (this.swallowing) {
      this.swallowed += 1;
      near.resume();
      return;
    }
    const far = connect(this.target);
    far.on('error', () => near.destroy());
    near.pipe(far);
    far.pipe(near);
    this.pairs.push({ near, far });
  }
}
