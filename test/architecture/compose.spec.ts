import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly profiles?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: object;
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly volumes: Readonly<Record<string, object>>;
}

interface Scraping {
  readonly rule_files: readonly string[];
  readonly scrape_configs: readonly {
    readonly job_name: string;
    readonly static_configs: readonly { readonly targets: readonly string[] }[];
  }[];
}

const text = readFileSync('docker-compose.yml', 'utf8');
const compose = parse(text, { merge: true }) as Compose;
const services = Object.entries(compose.services);
const service = (name: string): Service => {
  const found = compose.services[name];
  if (!found) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
};

const OURS = ['migrate', 'api', 'worker'];
/** Commands that end. */
const ONE_SHOT = ['migrate', 'spicedb-migrate'];

/** `${NAME}`, `${NAME:-default}`, `${NAME:?message}`; a doubled dollar is for the container's own shell. */
const references = [...text.matchAll(/(?<!\$)\$\{(\w+)(?::([-?])([^}]*))?\}/g)].map(([, name = '', operator, rest = '']) => ({
  name,
  operator,
  rest,
}));

const sources = globSync(['apps/{api,worker,ops}/src/**/*.ts', 'libs/*/src/**/*.ts'], { exclude: (path) => path.endsWith('.spec.ts') })
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n');

describe('docker-compose.yml', () => {
  it('pins every image to a version', () => {
    for (const [name, { image, build }] of services) {
      expect(image, name).toMatch(build ? /^tenantry:\d+\.\d+\.\d+$/ : /^[\w./-]+:v?\d+\.\d+(\.\d+)?(-\w+)?$/);
    }
  });

  it('builds our image on the version of Node that the packages bring', () => {
    const { version, dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      version: string;
      dependencies: Record<string, string>;
    };
    expect(readFileSync('Dockerfile', 'utf8')).toMatch(new RegExp(`^FROM node:${dependencies.node}-bookworm-slim AS base$`, 'm'));
    expect(OURS.map((name) => service(name).image)).toEqual(OURS.map(() => `tenantry:${version}`));
  });

  it('holds no secret: each comes from outside, and none has a default', () => {
    const secret = /PASSWORD|TOKEN|SECRET|PEPPER|KEY/;
    for (const { name, operator, rest } of references.filter(({ name }) => secret.test(name) && name !== 'REDIS_PASSWORD')) {
      expect({ name, operator }, `${name} must be \${${name}:?message}`).toEqual({ name, operator: '?' });
      expect(rest).toContain(`set ${name}`);
    }
    for (const [name, { environment = {} }] of services) {
      for (const [variable, value] of Object.entries(environment)) {
        if (secret.test(variable)) expect(value, `${name}: ${variable}`).toMatch(/^\$\{\w+:[?-]/);
        expect(value, `${name}: ${variable}`).not.toMatch(/:\/\/[^/@:]*:(?!\$\{)[^@]+@/);
      }
    }
  });

  it('asks for what has no sensible default, in words', () => {
    const required = references.filter(({ operator }) => operator === '?').map(({ name }) => name);
    expect(new Set(required)).toEqual(
      new Set([
        'POSTGRES_PASSWORD',
        'TENANTRY_OWNER_PASSWORD',
        'TENANTRY_APP_PASSWORD',
        'SPICEDB_DATABASE_PASSWORD',
        'SPICEDB_TOKEN',
        'PUBLIC_BASE_URL',
        'OIDC_ISSUERS',
      ]),
    );
  });

  it('never turns development mode on', () => {
    expect(text).not.toMatch(/TENANTRY_DEV_MODE|DEV_ISSUER/);
    expect(readFileSync('Dockerfile', 'utf8')).toMatch(/NODE_ENV=production/);
  });

  it.each(OURS)('gives %s only settings that the code reads', (name) => {
    for (const variable of Object.keys(service(name).environment ?? {})) expect(sources, variable).toMatch(new RegExp(`\\b${variable}\\b`));
  });

  it('gives every process the settings that the code requires', () => {
    const required = [...sources.matchAll(/\.required\(\s*'(\w+)'/g)].map(([, variable]) => variable);
    expect(required).toEqual(expect.arrayContaining(['DATABASE_URL', 'SPICEDB_ENDPOINT', 'SPICEDB_TOKEN']));
    for (const name of OURS)
      expect(Object.keys(service(name).environment ?? {}), name).toEqual(expect.arrayContaining([...new Set(required)]));
  });

  it('gives the owner’s login to the migration alone', () => {
    const owners = services.filter(([, { environment = {} }]) =>
      Object.values(environment).some((value) => value.includes('tenantry_owner:')),
    );
    expect(owners.map(([name]) => name)).toEqual(['migrate']);
  });

  it('checks the health of everything that stays up', () => {
    const unwatched = services.filter(([, { healthcheck }]) => !healthcheck).map(([name]) => name);
    expect(unwatched.sort()).toEqual([...ONE_SHOT].sort());
  });

  it('starts each part when what it needs is ready, not merely started', () => {
    const ready = { condition: 'service_healthy' };
    const done = { condition: 'service_completed_successfully' };
    expect(service('spicedb-migrate').depends_on).toEqual({ postgres: ready });
    expect(service('spicedb').depends_on).toEqual({ 'spicedb-migrate': done });
    expect(service('migrate').depends_on).toEqual({ postgres: ready, spicedb: ready });
    for (const name of ['api', 'worker']) expect(service(name).depends_on).toEqual({ migrate: done });
    expect(new Set(services.flatMap(([, { depends_on: needs = {} }]) => Object.values(needs).map(({ condition }) => condition)))).toEqual(
      new Set([ready.condition, done.condition]),
    );
  });

  it('runs SpiceDB so that a revoked permission ends within the second that the API counts on', () => {
    const { command = [], environment = {} } = service('spicedb');
    expect(command).toEqual(
      expect.arrayContaining([
        'serve',
        '--datastore-engine=postgres',
        '--datastore-revision-quantization-interval=1s',
        '--datastore-revision-quantization-max-staleness-percent=0',
      ]),
    );
    expect(environment.SPICEDB_DATASTORE_CONN_URI).toMatch(/@postgres:5432\/spicedb$/);
    for (const name of OURS) {
      expect(service(name).environment).toMatchObject({
        SPICEDB_STALENESS_MS: '1000',
        SPICEDB_TOKEN: environment.SPICEDB_GRPC_PRESHARED_KEY,
      });
    }
  });

  it('publishes the API on loopback, and with the profile `monitoring` its dashboard, and nothing else', () => {
    const published = ['api', 'grafana'];
    expect(services.filter(([, { ports }]) => ports).map(([name]) => name)).toEqual(published);
    for (const port of published.flatMap((name) => service(name).ports ?? [])) expect(port).toMatch(/^127\.0\.0\.1:/);
    expect(compose.networks.inside).toEqual({ internal: true });
    for (const [name, { networks = [] }] of services)
      expect(networks, name).toEqual(published.includes(name) ? ['inside', 'edge'] : ['inside']);
  });

  it('watches api and worker, by the rules and the dashboard of this release, when the profile `monitoring` is asked for', () => {
    expect(services.filter(([, { profiles }]) => profiles?.includes('monitoring')).map(([name]) => name)).toEqual([
      'prometheus',
      'grafana',
    ]);
    const { rule_files: rules, scrape_configs: jobs } = parse(readFileSync('docker/prometheus/prometheus.yml', 'utf8')) as Scraping;
    expect(service('prometheus').volumes).toContain('./docker/prometheus:/etc/prometheus:ro');
    expect(rules).toEqual(['/etc/prometheus/alerts.yml']);
    expect(jobs.map(({ job_name: job, static_configs: [first] }) => [job, first?.targets])).toEqual([
      ['api', [`api:${service('api').environment?.PORT}`]],
      ['worker', [`worker:${service('worker').environment?.WORKER_PORT}`]],
    ]);
    for (const volume of service('grafana').volumes ?? []) expect(existsSync(volume.split(':')[0] ?? ''), volume).toBe(true);
    expect(service('grafana').environment).toMatchObject({ GF_AUTH_BASIC_ENABLED: 'false', GF_AUTH_DISABLE_LOGIN_FORM: 'true' });
  });

  it('keeps the queue in PostgreSQL unless the profile `redis` is asked for', () => {
    expect(service('redis').profiles).toEqual(['redis']);
    expect(service('redis').command?.join(' ')).toContain('--maxmemory-policy noeviction');
    expect(services.filter(([, { profiles }]) => profiles).map(([name]) => name)).toEqual(['redis', 'prometheus', 'grafana']);
    for (const name of OURS) expect(service(name).environment?.REDIS_URL).toBe('${REDIS_URL:-}');
  });

  it('keeps data in named volumes, where PostgreSQL 18 puts it', () => {
    expect(service('postgres').volumes).toContain('postgres:/var/lib/postgresql');
    expect(Object.keys(compose.volumes).sort()).toEqual(['postgres', 'prometheus', 'redis']);
  });
});

describe('docs/deployment.md', () => {
  it('explains every setting that the code reads, and none that it does not', () => {
    const read = [...sources.matchAll(/environment\.(?:optional|required|integer|flag|oneOf)\(\s*'(\w+)'/g)].map(([, name]) => name);
    const table = readFileSync('docs/deployment.md', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    const explained = table.flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name));
    expect([...new Set(explained)].sort()).toEqual([...new Set(read)].sort());
  });
});

describe('the image', () => {
  const dockerfile = readFileSync('Dockerfile', 'utf8');
  const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));

  it('runs as a user without rights, from production dependencies only', () => {
    expect(last).toMatch(/^USER node$/m);
    expect(dockerfile).toMatch(/npm ci --ignore-scripts --omit=dev --omit=optional/);
    expect(last).toContain('--from=dependencies /app/node_modules');
  });

  it('holds the three services and what they read, and neither the local stack nor its engines', () => {
    for (const app of ['api', 'worker', 'ops']) expect(last).toContain(`/app/dist/apps/${app} ./dist/apps/${app}`);
    expect(last).toContain('schema.zed');
    expect(last).not.toContain('devstack');
  });

  it('is built from sources alone: everything else is ignored unless named', () => {
    const [first, ...rest] = readFileSync('.dockerignore', 'utf8').trim().split('\n');
    expect(first).toBe('*');
    expect(rest).not.toContain('!.env');
  });
});
