/** An answer that the story did not expect. */
export class UnexpectedAnswer extends Error {}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  readonly ifMatch?: string;
  /** The answer must bear it. */
  readonly status: number;
}

/** Somebody with a token, whose requests and answers are shown as they happen. */
export class ApiUser {
  constructor(
    readonly name: string,
    private readonly api: string,
    private readonly token: string,
    private readonly print: (line: string) => void,
  ) {}

  async send(request: Request): Promise<Answer> {
    const { method, path, body, ifMatch } = request;
    this.print(`  ${this.name} → ${method} ${path}${body ? ` ${JSON.stringify(body)}` : ''}${ifMatch ? `  If-Match: ${ifMatch}` : ''}`);
    const headers: Record<string, string> = { authorization: `Bearer ${this.token}` };
    if (body) headers['content-type'] = 'application/json';
    if (ifMatch) headers['if-match'] = ifMatch;
    const response = await fetch(`${this.api}${path}`, {
      method,
      headers,
      signal: AbortSignal.timeout(30_000),
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    this.print(`  ${' '.repeat(this.name.length)} ← ${response.status} ${text}`);
    if (response.status !== request.status)
      throw new UnexpectedAnswer(`${method} ${path} answered ${response.status}, not ${request.status}.`);
    return { status: response.status, headers: response.headers, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
  }
}
