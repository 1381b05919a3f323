import { Environment, readConnections, type ConnectionSettings } from '#configuration';
import { logLevels, type LogLevel } from '#observability';

export interface WorkerSettings {
  readonly connections: ConnectionSettings;
  readonly host: string;
  /** Where `/healthz`, `/readyz` and `/metrics` are served. */
  readonly port: number;
  readonly logLevel: LogLevel;
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
    outboxRetentionDays: readRetention(environment),
  });
}

/** Only when it is said: what was dropped can be neither shown nor replayed. */
function readRetention(environment: Environment): number | null {
  if (environment.optional('OUTBOX_RETENTION_DAYS') === undefined) return null;
  return environment.integer('OUTBOX_RETENTION_DAYS', 1, { min: 1, max: 36_500 });
}
