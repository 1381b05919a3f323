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
}

export function readWorkerSettings(variables: NodeJS.ProcessEnv): WorkerSettings {
  const environment = new Environment(variables);
  return environment.settled({
    connections: readConnections(environment),
    host: environment.optional('HOST') ?? '127.0.0.1',
    port: environment.integer('WORKER_PORT', 3001, { min: 0, max: 65_535 }),
    logLevel: environment.oneOf('LOG_LEVEL', logLevels, 'info'),
    tracing: readTracing(environment, 'worker'),
  });
}
