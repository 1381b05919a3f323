import { randomUUID } from 'node:crypto';

export interface Caller {
  readonly name: string;
  readonly token: string;
}

export interface Ask {
  readonly kind: string;
  readonly caller: Caller;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  /** Does not wait for the graph. */
  readonly async?: boolean;
}

/** One request, and what came of it. Without a status nobody knows: the answer never came. */
export interface Asked {
  readonly id: string;
  readonly kind: string;
  readonly caller: string;
  readonly method: string;
  readonly path: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly status: number | null;
  readonly body: Record<string, unknown> | null;
}

const patienceMs = 8_000;

/** Sends requests and keeps every one of them with its answer. */
export class Requests {
  readonly all: Asked[] = [];

  constructor(private readonly url: () => string) {}

  async send(ask: Ask): Promise<Asked> {
    const { kind, caller, method, path } = ask;
    const [id, startedAt] = [randomUUID(), Date.now()];
    const answer = await this.answer(ask, id).catch(() => null);
    const asked = { id, kind, caller: caller.name, method, path, startedAt, endedAt: Date.now(), status: null, body: null, ...answer };
    this.all.push(asked);
    return asked;
  }

  private async answer({ caller, method, path, body, async }: Ask, id: string): Promise<Pick<Asked, 'status' | 'body'>> {
    const response = await fetch(this.url() + path, {
      method,
      signal: AbortSignal.timeout(patienceMs),
      headers: {
        authorization: `Bearer ${caller.token}`,
        'x-request-id': id,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(method !== 'GET' && method !== 'POST' && { 'if-match': '*' }),
        ...(async === true && { prefer: 'respond-async' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : (JSON.parse(text) as Record<string, unknown>) };
  }
}

export const succeeded = ({ status }: Asked): boolean => status !== null && status >= 200 && status < 300;
