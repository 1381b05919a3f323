import { Environment, readConnections, type ConnectionSettings } from '#configuration';
import { logLevels, readTracing, type LogLevel, type TracingSettings } from '#observability';

export interface WorkerSettings {
  readonly connections: ConnectionSettings;
  readonly host: string;
  /** Where `/healthz`, `/readyz` and `/metrics` are served. */
  readonly port: number;
  readonly logLevel: LogLevel;
  /** Null: nothing is recorded. */
  readonly tracing: TracingSettings | null;
  readonly verify: {
    /** 0: drift is only looked for when an operator asks. */
    readonly tenantsPerMinute: number;
    /** What is found is put right. */
    readonly repair: boolean;
  };
  /** Days of the log that are kept; null: all of them. */
  readonly outboxRetentionDays: number | null;
}

export function readWorkerSettings(variables: NodeJS.ProcessEnv): WorkerSettings {
  const environment = new Environment(variables);
  return environment.settled({
    connections: readConnections(environment),
    host: environment.optional('HOST') ?? '127.0.0.1',
    port: environment.integer('WORKER_PORT', 3001, { min: 0, max: 65_535 }),
    logLevel: environment.oneOf('LOG_LEVEL', logLevels, 'info'),
    tracing: readTracing(environment, 'worker'),
    verify: {
      tenantsPerMinute: environment.integer('VERIFY_TENANTS_PER_MINUTE', 60, { min: 0, max: 6_000 }),
      repair: environment.oneOf('VERIFY_REPAIR', ['on', 'off'], 'off') === 'on',
    },
    outboxRetentionDays: readRetention(environment),
  });
}

/** Only when it is said: what was dropped can be neither shown nor replayed. */
function readRetention(environment: Environment): number | null {
  if (environment.optional('OUTBOX_RETENTION_DAYS') === undefined) return null;
  return environment.integer('OUTBOX_RETENTION_DAYS', 1, { min: 1, max: 36_500 });
}
