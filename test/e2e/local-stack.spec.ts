import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StackFile } from '../../apps/devstack/src/stack/stack-folder.ts';
import type { Child } from '../../apps/devstack/src/child-process.ts';
import { runProgram, startProgram } from '../support/child-process.ts';
import { eventually } from '../support/eventually.ts';

const PROGRAM = 'apps/devstack/src/main.js';
const DEMO = 'apps/devstack/src/demo/main.js';
/** On a machine that has nothing else to do it is a fifth of this. */
const READY_WITHIN = 60_000;

describe('the stack that `npm start` runs', () => {
  let folder: string;
  let stack: Child;
  let file: StackFile;

  const env = () => ({ TENANTRY_DATA: folder, NODE_ENV: undefined, PATH: '/usr/bin:/bin' });

  const start = async () => {
    stack = startProgram({ program: PROGRAM, env: env() });
    await stack.untilLine((line) => (line.includes('ready after') ? line : undefined), READY_WITHIN);
    file = JSON.parse(await readFile(join(folder, 'stack.json'), 'utf8')) as StackFile;
  };

  /** The processes the stack runs on, by what they serve. */
  const isUp = async (url: string): Promise<boolean> =>
    fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
      () => true,
      () => false,
    );

  const token = async (sub: string): Promise<string> => {
    const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ sub }) };
    const answer = (await (await fetch(`${file.issuer.url}/token`, request)).json()) as { access_token: string };
    return answer.access_token;
  };

  const read = async (path: string) =>
    fetch(`${file.api}${path}`, { headers: { authorization: `Bearer ${await token(file.administrator)}` } });

  const childrenOf = async (pid: number): Promise<number[]> => {
    const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.split(' ').filter(Boolean).map(Number);
  };

  const commandOf = (pid: number): Promise<string> => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tenantry-stack-'));
    await chmod(folder, 0o755); // as a folder of a project is: PostgreSQL's own account goes through it
    await start();
  });

  afterAll(async () => {
    await stack.stop(20_000);
    await rm(folder, { recursive: true, force: true });
  });

  test('prints calls that work as they stand', async () => {
    const printed = stack.output.split('\n').filter((line) => line.startsWith('curl '));
    expect(printed).toHaveLength(3);
    const bearer = `Bearer ${/^export TOKEN=(\S+)$/m.exec(stack.output)?.[1]}`;
    for (const [index, line] of printed.entries()) {
      const [, url = ''] = /(http:\S+)/.exec(line) ?? [];
      const [, body] = /-d '([^']+)'/.exec(line) ?? [];
      const headers = { authorization: bearer, 'content-type': 'application/json' };
      const answer = await fetch(url, body === undefined ? { headers } : { method: 'POST', headers, body });
      expect({ line, status: answer.status }).toEqual({ line, status: [201, 200, 201][index] });
    }
  });

  test('the demonstration plays to its end: what is done over REST is what SpiceDB answers', async () => {
    const { code, output } = await runProgram({ program: DEMO, env: env() });
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('Every answer was the expected one.') });
  });

  test('keeps its secrets from other users of the machine', async () => {
    for (const name of ['stack.json', 'secrets.json', 'issuer-key.json'])
      expect((await stat(join(folder, name))).mode & 0o077, name).toBe(0);
    const commands = await Promise.all((await childrenOf(stack.pid ?? 0)).map(commandOf));
    expect(commands.length).toBeGreaterThanOrEqual(4);
    for (const command of commands) expect(command).not.toContain(file.spicedb.token);
  });

  test('starts no second time over the same data', async () => {
    const { code, output } = await runProgram({ program: PROGRAM, env: env() });
    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining(`A stack already runs over ${folder}`) });
  });

  test('starts again what was killed: SpiceDB, with the graph filled anew', async () => {
    const children = await childrenOf(stack.pid ?? 0);
    const commands = await Promise.all(children.map(commandOf));
    const bridge = children[commands.findIndex((command) => command.includes('bridge-main'))];
    if (bridge === undefined) throw new Error(`no bridge among ${commands.join('\n')}`);
    process.kill(bridge, 'SIGKILL');
    await stack.untilLine((line) => (line.includes('spicedb is up again') ? line : undefined), READY_WITHIN);
    await eventually(async () => ((await (await fetch(`${file.api}/readyz`)).json()) as { status: string }).status === 'ok', {
      within: 30_000,
    });
    const { code, output } = await runProgram({ program: DEMO, env: env() });
    expect({ code, output }).toMatchObject({ code: 0 });
  });

  test('stops on SIGTERM with nothing left behind, and starts again with all its data on the same ports', async () => {
    const before = file;
    const tenant = (await (await read('/v1/tenants')).json()) as { items: { id: string }[] };
    const pids = await childrenOf(stack.pid ?? 0);
    expect(await stack.stop(20_000)).toEqual({ code: 0, signal: null });
    expect(await Promise.all(pids.map(commandOf))).toEqual(pids.map(() => ''));
    await expect(stat(join(folder, 'stack.json'))).rejects.toMatchObject({ code: 'ENOENT' });
    await start();
    expect(file).toMatchObject({ api: before.api, worker: before.worker, issuer: before.issuer, database: before.database });
    expect(await (await read('/v1/tenants')).json()).toEqual(tenant);
  });

  test('takes its parts down with it when it is killed, and starts again afterwards', async () => {
    const urls = [`${file.api}/healthz`, `${file.worker}/healthz`, file.issuer.url];
    const pids = await childrenOf(stack.pid ?? 0);
    stack.kill('SIGKILL');
    await stack.ended;
    await eventually(async () => (await Promise.all(pids.map(commandOf))).every((command) => command === ''), { within: 15_000 });
    expect(await Promise.all(urls.map(isUp))).toEqual(urls.map(() => false));
    await start();
    expect((await read('/v1/me')).status).toBe(200);
  });
});
