const LEVELS: Readonly<Record<number, string>> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' };

interface LogRecord {
  readonly level?: number | string;
  readonly msg?: string;
  /** SpiceDB's word for `msg`. */
  readonly message?: string;
  readonly err?: { readonly message?: string; readonly stack?: string };
  readonly method?: string;
  readonly route?: string;
  readonly status?: number;
  readonly duration_ms?: number;
  readonly shard?: number;
  readonly port?: number;
}

const parsed = (line: string): LogRecord | undefined => {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as LogRecord;
  } catch {
    return undefined;
  }
};

/** A structured log record as a person reads it; any other line as it is. */
export function readable(line: string): string {
  const record = parsed(line);
  if (!record) return line;
  const level = typeof record.level === 'number' ? LEVELS[record.level] : record.level;
  const { method, route, status, duration_ms: duration = 0, shard, port } = record;
  const details = [
    method && `${method} ${route ?? ''} ${status ?? ''} ${Math.round(duration)} ms`,
    shard !== undefined && `(shard ${shard})`,
    port !== undefined && `(port ${port})`,
    record.err?.stack ?? record.err?.message,
  ];
  const parts = [level, record.msg ?? record.message, ...details];
  return parts.filter(Boolean).join(' ');
}
