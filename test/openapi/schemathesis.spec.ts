import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiStack } from '../e2e/api/support/api-stack.ts';
import type { OpenApi } from '../e2e/api/support/openapi.ts';
import { makePools, type Pool } from '../e2e/api/support/pool.ts';
import { makeWorld, type World } from '../e2e/api/support/world.ts';
import { narrowed } from './narrowed.ts';

const tool = process.env.SCHEMATHESIS ?? '';
const examples = process.env.OPENAPI_EXAMPLES ?? '25';
let stack: ApiStack;
let world: World;
let pool: Pool;
let folder: string;

beforeAll(async () => {
  if (tool === '') throw new Error('SCHEMATHESIS is not set: run this suite with `npm run test:openapi`');
  stack = await ApiStack.start({ env: { READ_YOUR_WRITES_WAIT_MS: '0' } });
  world = await makeWorld(stack);
  pool = (await makePools(world))[0] ?? {};
  folder = mkdtempSync(join(tmpdir(), 'tenantry-openapi-'));
});
afterAll(async () => {
  await stack?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** The tool, and everything it said. */
function run(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    let output = '';
    const child = spawn(tool, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject).on('close', (code) => resolve({ code, output }));
  });
}

interface Finished {
  readonly ScenarioFinished?: {
    readonly recorder: {
      readonly label: string;
      readonly interactions: Record<
        string,
        { readonly request: { readonly method: string }; readonly response: { readonly status_code: number } | null }
      >;
    };
  };
}

/** Every request that was made, by the status of its answer. */
function countsIn(report: string): Map<number, number> {
  const counts = new Map<number, number>();
  for (const line of readFileSync(report, 'utf8').split('\n').filter(Boolean)) {
    const { ScenarioFinished: finished } = JSON.parse(line) as Finished;
    for (const { response } of Object.values(finished?.recorder.interactions ?? {})) {
      const status = response?.status_code ?? 0;
      counts.set(status, (counts.get(status) ?? 0) + 1);
    }
  }
  return counts;
}

/** Runs the tool over a document, with a token that may do everything. */
async function hold(
  document: OpenApi,
  ...more: readonly string[]
): Promise<{ code: number | null; output: string; counts: Map<number, number> }> {
  const [schema, report] = [join(folder, 'openapi.json'), join(folder, 'requests.ndjson')];
  writeFileSync(schema, JSON.stringify(document));
  const ended = await run([
    ...['--config-file', join(import.meta.dirname, 'schemathesis.toml'), '--no-color'],
    'run',
    schema,
    ...['--url', stack.api.url, '--header', `Authorization: Bearer ${world.root.token}`],
    ...['--max-examples', examples, '--continue-on-failure', '--warnings', 'off'],
    ...['--report', 'ndjson', '--report-ndjson-path', report],
    ...more,
  ]);
  return { ...ended, counts: countsIn(report) };
}

it('H-6 schemathesis would notice a status that is missing from the document', async () => {
  const document = structuredClone((await stack.nobody.get('/openapi.json')).body as OpenApi);
  const { responses = {} } = document.paths['/v1/users/{user}']?.get ?? {};
  for (const status of ['404', '405']) Reflect.deleteProperty(responses, status);
  const { code, output } = await hold(document, '--include-path', '/v1/users/{user}', '--phases', 'examples,fuzzing');
  expect(code, output).toBe(1);
  expect(output).toContain('Undocumented status code');
});

it('H-6 schemathesis finds no undocumented status, content type, header or body, and no 500', async () => {
  const spare = (await world.root.post('/v1/tenants', { name: 'Spare', slug: 'spare' })).body.id as string;
  const document = (await stack.nobody.get('/openapi.json')).body as OpenApi;
  const { code, output, counts } = await hold(narrowed(document, pool, spare));
  const requests = [...counts.values()].reduce((all, count) => all + count, 0);
  const byStatus = [...counts].sort(([one], [other]) => one - other).map(([status, count]) => `${status}: ${count}`);
  const operations = Object.values(document.paths).flatMap((path) => Object.keys(path)).length;
  console.log(`${requests} requests to ${operations} operations; ${byStatus.join(', ')}`);
  expect(code, output).toBe(0);
  expect(counts.get(500) ?? 0, output).toBe(0);
  expect(output).toContain(`Tested: ${operations}`);
  expect(requests).toBeGreaterThan(operations * 20);
});
