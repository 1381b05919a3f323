/** One thing this process needs, or would rather have. */
export interface HealthProbe {
  readonly name: string;
  /** Without an essential part the process cannot serve at all; without another it is degraded, and says so. */
  readonly essential: boolean;
  /** Resolves with details worth showing, or with the reason why the part works only in part. Rejects when it does not work. */
  check(): Promise<HealthFinding>;
}

export interface HealthFinding {
  readonly degraded?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface PartReport {
  readonly status: 'ok' | 'degraded' | 'down';
  readonly reason?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface HealthReport {
  readonly status: 'ok' | 'degraded' | 'down';
  /** Names of the parts that are not ok. */
  readonly degraded: readonly string[];
  readonly parts: Readonly<Record<string, PartReport>>;
}

const probeTimeoutMs = 2_000;

async function examine(probe: HealthProbe): Promise<PartReport> {
  const late = AbortSignal.timeout(probeTimeoutMs);
  const timeout = new Promise<never>((_, reject) => {
    late.addEventListener('abort', () => reject(new Error('no answer in time')), { once: true });
  });
  try {
    const { degraded, details } = await Promise.race([probe.check(), timeout]);
    const shown = details === undefined ? {} : { details };
    return degraded === undefined ? { status: 'ok', ...shown } : { status: 'degraded', reason: degraded, ...shown };
  } catch {
    return { status: 'down', reason: 'does not answer' };
  }
}

/** Asks all parts at once, each for at most 2 s. What a part says when it fails stays inside: this page may be public. */
export async function healthOf(probes: readonly HealthProbe[]): Promise<HealthReport> {
  const found = await Promise.all(probes.map(async (probe) => [probe, await examine(probe)] as const));
  const notOk = found.filter(([, { status }]) => status !== 'ok');
  const cannotServe = notOk.some(([{ essential }, { status }]) => essential && status === 'down');
  return {
    status: cannotServe ? 'down' : notOk.length > 0 ? 'degraded' : 'ok',
    degraded: notOk.map(([{ name }]) => name),
    parts: Object.fromEntries(found.map(([{ name }, report]) => [name, report])),
  };
}
