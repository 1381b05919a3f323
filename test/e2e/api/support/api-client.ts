export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; undefined when there is none. */
  readonly body: any; // eslint-disable-line @typescript-eslint/no-explicit-any
}

export interface Ask {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One caller. Bodies that are text or bytes go out as they are, anything else as JSON. */
export class ApiClient {
  constructor(
    private readonly url: string,
    readonly token?: string,
  ) {}

  async send(method: string, path: string, { body, headers = {} }: Ask = {}): Promise<Answer> {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, text, body: isJson && text !== '' ? JSON.parse(text) : undefined };
  }

  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    return this.send('GET', path, headers === undefined ? {} : { headers });
  }

  post(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    return this.send('POST', path, { body, ...(headers && { headers }) });
  }

  patch(path: string, body: unknown, version?: number): Promise<Answer> {
    return this.send('PATCH', path, { body, ...(version !== undefined && { headers: { 'if-match': `"${version}"` } }) });
  }

  delete(path: string, version?: number): Promise<Answer> {
    return this.send('DELETE', path, { ...(version !== undefined && { headers: { 'if-match': `"${version}"` } }) });
  }
}
