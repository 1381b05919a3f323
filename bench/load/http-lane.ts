import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly token: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** The bytes of a request, to be sent any number of times. */
export function bytesOf({ method, path, token, headers = {}, body }: HttpRequest): Buffer {
  const content = body === undefined ? '' : JSON.stringify(body);
  const all = {
    host: 'bench',
    authorization: `Bearer ${token}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(content)) }),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from([`${method} ${path} HTTP/1.1`, ...lines, '', content].join('\r\n'));
}

const endOfHead = '\r\n\r\n';
const contentLength = /\r\ncontent-length: (\d+)/i;

/**
 * One kept-alive connection with one request under way: all that a load needs of HTTP. It shares the machine with what it
 * measures, so it has to be cheap: a request costs less than half of the CPU that a bare check costs its gRPC client.
 */
export class HttpLane {
  private waiting: { resolve(answer: HttpAnswer): void; reject(error: Error): void } | null = null;
  private received = '';

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.receive(text));
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error('the server closed the connection')));
  }

  static async open(port: number): Promise<HttpLane> {
    const socket = connect({ host: '127.0.0.1', port });
    await once(socket, 'connect');
    return new HttpLane(socket);
  }

  send(request: Buffer): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      if (this.socket.destroyed) return this.fail(new Error('the server had closed the connection'));
      this.socket.write(request);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private receive(text: string): void {
    this.received = this.received === '' ? text : this.received + text;
    const head = this.received.indexOf(endOfHead);
    if (head < 0) return;
    const start = head + endOfHead.length;
    const status = Number(this.received.slice(9, 12));
    const length = Number(contentLength.exec(this.received)?.[1] ?? (status === 204 ? 0 : Number.NaN));
    if (Number.isNaN(length)) return this.fail(new Error(`an answer without length: ${this.received.slice(0, head)}`));
    if (this.received.length < start + length) return;
    const answer = { status, body: this.received.slice(start, start + length) };
    this.received = '';
    const { waiting } = this;
    this.waiting = null;
    waiting?.resolve(answer);
  }

  private fail(error: Error): void {
    this.waiting?.reject(error);
    this.waiting = null;
  }
}
