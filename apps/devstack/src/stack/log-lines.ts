const LEVELS: Readonly<Record<number, string>> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' };

interface LogRecord {
  readonly level?: number | string;
  readonly msg?: string;
  readonly err?: { readonly message?: string; readonly stack?: string };
  readonly req?: { readonly method?: string; readonly url?: string };
  readonly res?: { readonly statusCode?: number };
  readonly responseTime?: number;
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
  const { req, res } = record;
  const request = req?.method
    ? `${req.method} ${req.url ?? ''} ${res?.statusCode ?? ''} ${Math.round(record.responseTime ?? 0)} ms`
    : undefined;
  const parts = [level, record.msg, request, record.err?.stack ?? record.err?.message];
  return parts.filter((part) => part !== undefined && part !== '').join(' ');
}
