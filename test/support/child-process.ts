import { resolve } from 'node:path';
import { anyFreePort } from '../../apps/devstack/src/free-port.ts';
import { Child, type Ended } from '../../apps/devstack/src/child-process.ts';
import { nodeFlags } from '../../apps/devstack/src/stack/node-part.ts';
import { eventually } from './eventually.ts';

export interface ProgramOptions {
  /** Built program below `dist`, for example `apps/worker/src/main.js`. */
  readonly program: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface ServiceOptions extends ProgramOptions {
  /** Variable that carries the port of its HTTP server: PORT for the API, WORKER_PORT for the worker. */
  readonly portVariable: 'PORT' | 'WORKER_PORT';
  /** A free one unless given. */
  readonly port?: number;
  /** Path that answers 200 once the service is up; `null` does not wait. */
  readonly readyPath?: string | null;
  readonly readyWithin?: number;
}

export interface RunningService {
  readonly child: Child;
  readonly port: number;
  readonly url: string;
  stop(): Promise<Ended>;
}

const children = new Set<Child>();

/** Nothing a test started survives it, whatever the test forgot. */
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** Starts a built program in a Node of its own; it inherits no settings of the shell that runs the tests. */
export function startProgram(options: ProgramOptions): Child {
  const inherited = Object.fromEntries(SETTINGS.map((name) => [name, undefined]));
  const child = new Child({
    name: options.program,
    args: [
      ...nodeFlags,
      '--import',
      resolve('dist/apps/devstack/src/parent-watch.js'),
      resolve('dist', options.program),
      ...(options.args ?? []),
    ],
    env: { ...inherited, NODE_ENV: 'test', ...options.env },
  });
  children.add(child);
  void child.ended.then(() => children.delete(child));
  return child;
}

/** Runs a program to its end, for commands. */
export async function runProgram(options: ProgramOptions): Promise<Ended & { readonly output: string }> {
  const child = startProgram(options);
  const ended = await child.finished();
  return { ...ended, output: child.output };
}

/** Starts a service on a port of its own and waits until it answers. Rejects with its output when it ends instead. */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const port = options.port ?? (await anyFreePort());
  const url = `http://127.0.0.1:${port}`;
  const child = startProgram({ ...options, env: { ...options.env, [options.portVariable]: String(port) } });
  const { readyPath = '/readyz' } = options;
  if (readyPath !== null) {
    await untilReady(child, `${url}${readyPath}`, options).catch(async (cause: unknown) => {
      await child.stop(0);
      throw new Error(`${options.program} did not become ready\n${child.output}`, { cause });
    });
  }
  return { child, port, url, stop: () => child.stop() };
}

async function untilReady(child: Child, url: string, options: ServiceOptions): Promise<void> {
  const up = eventually(async () => (await fetch(url)).ok, { within: options.readyWithin ?? 30_000, every: 50, what: url });
  const down = child.ended.then(({ code, signal }) => Promise.reject(new Error(`it ended: ${signal ?? code}`)));
  await Promise.race([up, down]);
}

/** Everything the programs read from the environment. */
const SETTINGS = [
  'DATABASE_URL',
  'DATABASE_OWNER_URL',
  'REDIS_URL',
  'SPICEDB_ENDPOINT',
  'SPICEDB_TOKEN',
  'SPICEDB_INSECURE',
  'SPICEDB_STALENESS_MS',
  'PORT',
  'HOST',
  'WORKER_PORT',
  'PUBLIC_BASE_URL',
  'OIDC_ISSUERS',
  'DEV_ISSUER',
  'TENANTRY_DEV_MODE',
  'PLATFORM_ADMINS',
  'TENANT_CREATION',
  'DEFAULT_TENANT_NAME',
  'DEFAULT_TENANT_SLUG',
  'READ_YOUR_WRITES_WAIT_MS',
  'RATE_LIMIT_USER_PER_MINUTE',
  'RATE_LIMIT_ADDRESS_PER_MINUTE',
  'TRUSTED_PROXIES',
  'DATABASE_POOL_SIZE',
  'WORKSPACE_MAX_DEPTH',
  'OUTBOX_RETENTION_DAYS',
  'VERIFY_TENANTS_PER_MINUTE',
  'VERIFY_REPAIR',
  'SHUTDOWN_DELAY_MS',
  'LOG_LEVEL',
  'FAIL_POINTS',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG',
  'OTEL_SERVICE_NAME',
  'OTEL_SDK_DISABLED',
  'TRACES_CONTINUE_CALLERS',
] as const;
