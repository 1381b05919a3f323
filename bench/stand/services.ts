import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anyFreePort } from '../../apps/devstack/src/free-port.ts';
import { DevIssuer } from '../../apps/devstack/src/issuer/dev-issuer.ts';
import { signingKey } from '../../apps/devstack/src/issuer/signing-key.ts';
import { runCommand, servicePart } from '../../apps/devstack/src/stack/node-part.ts';
import { settings, type Connections } from '../../apps/devstack/src/stack/settings.ts';
import type { Say } from '../../apps/devstack/src/stack/stack-log.ts';
import type { Running } from '../../apps/devstack/src/stack/supervisor.ts';

export const audience = 'tenantry';

export interface ServicesOptions {
  readonly root: string;
  readonly say: Say;
  readonly ownerUrl: string;
  /** The login of the running services: a member of the runtime role, which owns nothing. */
  readonly runtimeUrl: string;
  readonly spicedb: { readonly endpoint: string; readonly token: string };
}

/** The built programs, as a deployment runs them: each in a process of its own, with quiet logs. */
export class Services {
  private constructor(
    private readonly options: ServicesOptions,
    private readonly connections: Connections,
  ) {}

  static async prepare(options: ServicesOptions): Promise<Services> {
    const folder = await mkdtemp(join(tmpdir(), 'tenantry-bench-key-'));
    const name = 'http://127.0.0.1:0';
    const issuer = new DevIssuer({ issuer: name, audience, key: await signingKey(join(folder, 'key.json')) });
    const identity = { issuer, name, url: await issuer.listen(0) };
    const ports = { api: await anyFreePort(), worker: await anyFreePort() };
    const { runtimeUrl: databaseUrl, spicedb } = options;
    const connections = { databaseUrl, spicedbEndpoint: spicedb.endpoint, spicedbToken: spicedb.token, identity, ports };
    return new Services(options, connections);
  }

  /** Tables, queue and permission schema. */
  migrate(): Promise<void> {
    const { root, ownerUrl, say } = this.options;
    const env = { ...this.environment, DATABASE_URL: ownerUrl, DATABASE_OWNER_URL: ownerUrl };
    return runCommand({ name: 'migrate', root, program: 'apps/ops/src/main.js', args: ['migrate'], env }, say);
  }

  start(name: 'api' | 'worker'): Promise<Running> {
    const { root, say } = this.options;
    const port = this.portOf(name);
    const readyUrl = `http://127.0.0.1:${port}/readyz`;
    const part = servicePart({ name, root, program: `apps/${name}/src/main.js`, readyUrl, env: this.environment }, say);
    return part.start(new AbortController().signal);
  }

  portOf(name: 'api' | 'worker'): number {
    return this.connections.ports[name];
  }

  /** A token of the development issuer: API keys are to come. */
  tokenFor(subject: string): Promise<string> {
    const about = { sub: subject, name: subject, email: `${subject}@example.test`, emailVerified: true };
    return this.connections.identity.issuer.token({ ...about, audience, lifetime: 86_400 });
  }

  async stop(): Promise<void> {
    await this.connections.identity.issuer.stop();
  }

  private get environment(): Readonly<Record<string, string | undefined>> {
    // Counted, as in production, but never refused: one caller makes all the load.
    const limits = { RATE_LIMIT_USER_PER_MINUTE: '1000000', RATE_LIMIT_ADDRESS_PER_MINUTE: '1000000' };
    return { ...settings(this.connections, {}), ...limits, LOG_LEVEL: 'warn', REDIS_URL: process.env.REDIS_URL };
  }
}
