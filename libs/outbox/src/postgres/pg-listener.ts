import pg from 'pg';

type Handler = (payload: string) => void;

const longestRetryMs = 2_000;

/** One connection that only listens, made again whenever it breaks. What is sent meanwhile is missed: nothing rests on it. */
export class PgListener {
  private client: pg.Client | null = null;
  private readonly handlers = new Map<string, Handler>();
  private retry: NodeJS.Timeout | null = null;
  private failures = 0;
  private closed = false;

  constructor(
    private readonly url: string,
    private readonly applicationName: string,
  ) {}

  on(channel: string, handler: Handler): this {
    this.handlers.set(channel, handler);
    return this;
  }

  /** Returns at once; connects in the background, for ever. */
  start(): void {
    void this.connect();
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.url,
      application_name: this.applicationName,
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
    });
    this.client = client;
    client.on('notification', ({ channel, payload = '' }) => this.hear(channel, payload));
    client.on('error', () => this.reconnect(client));
    client.on('end', () => this.reconnect(client));
    try {
      await client.connect();
      for (const channel of this.handlers.keys()) await client.query(`LISTEN ${channel}`);
      this.failures = 0;
    } catch {
      this.reconnect(client);
    }
  }

  /** Whoever may connect can notify whatever they like, and nothing rests on it: a message that is tripped over is a missed one. */
  private hear(channel: string, payload: string): void {
    try {
      this.handlers.get(channel)?.(payload);
    } catch {
      return;
    }
  }

  private reconnect(broken: pg.Client): void {
    if (this.closed || this.client !== broken) return;
    this.client = null;
    void broken.end().catch(() => undefined);
    this.failures += 1;
    this.retry = setTimeout(() => void this.connect(), Math.min(longestRetryMs, 50 * 2 ** Math.min(this.failures, 6)));
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.retry !== null) clearTimeout(this.retry);
    await this.client?.end().catch(() => undefined);
  }
}
