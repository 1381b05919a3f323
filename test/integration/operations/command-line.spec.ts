import type { OperationId, OperationView } from '#governance';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { runProgram } from '../../support/child-process.ts';
import { eventually } from '../../support/eventually.ts';
import { OperationBench } from './support/operation-bench.ts';

let bench: OperationBench;
beforeAll(async () => {
  bench = await OperationBench.open();
});
afterAll(() => bench?.close());

const tenantry = (...args: string[]) => tenantryAt(bench.database.url, ...args);
async function tenantryAt(databaseUrl: string, ...args: string[]) {
  const { spicedbEndpoint, spicedbToken } = inject('stack');
  const env = { DATABASE_URL: databaseUrl, SPICEDB_ENDPOINT: spicedbEndpoint, SPICEDB_TOKEN: spicedbToken };
  const { code, output } = await runProgram({ program: 'apps/ops/src/main.js', args, env: { ...env, SPICEDB_INSECURE: 'true' } });
  return { code, output };
}
const json = async (...args: string[]) => {
  const { output } = await tenantry(...args, '--json');
  return output.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as OperationView); // prettier-ignore
};

describe("O-1 operations from the operator's command line", () => {
  it('are listed, shown and cancelled; the trail names the operator', async () => {
    const [first, second] = [await bench.ask({ size: 1, stepMs: 1 }), await bench.ask({ size: 2, stepMs: 1 })];
    expect((await json('operations', 'list')).map(({ id }) => id)).toEqual([second, first]);
    expect(await json('operations', 'show', first)).toEqual([expect.objectContaining({ id: first, state: 'pending' })]);
    expect((await tenantry('operations', 'show', first)).output).toContain(`Operation ${first}: count pending`);
    expect(await tenantry('operations', 'cancel', first)).toEqual({ code: 0, output: `Operation ${first} is cancelled.` });
    expect((await json('operations', 'list', '--state', 'cancelled')).map(({ id }) => id)).toEqual([first]);
    expect(await tenantry('operations', 'cancel', first)).toEqual({ code: 2, output: 'The operation has ended.' });
    const { output } = await tenantry('audit', 'list', '--action', 'operation.cancelled', '--target', `operation:${first}`);
    expect(output).toMatch(/operation\.cancelled {2}operation ".{26}" {2}by system "operator:\w+"/);
    await tenantry('operations', 'cancel', second);
  });

  it('say that no worker is running, and go on when one starts', async () => {
    const id = await bench.ask({ size: 3, stepMs: 1 });
    await bench.cancel(id);
    const retrying = tenantry('operations', 'retry', id, '--wait');
    const waiting = async () => {
      const [retry] = await bench.owner.query<{ id: OperationId }>('SELECT id FROM operations WHERE retry_of = $1', [id]);
      return retry !== undefined && (await bench.find(retry.id)).waiting_for_worker;
    };
    await eventually(waiting, { within: 20_000, what: 'an operation that waits for a worker' });
    await bench.worker();
    const { code, output } = await retrying;
    expect(output).toContain('no worker is running');
    expect(output).toContain('succeeded');
    expect(code).toBe(0);
  });

  it('that cannot be found or make no sense are refused, which the exit code tells from a database out of reach', async () => {
    expect(await tenantry('operations', 'show', '01JD8M3T5W0000000000000000')).toEqual({ code: 2, output: 'There is no such operation.' });
    expect((await tenantryAt('postgres://nobody@127.0.0.1:1/none', 'operations', 'list')).code).toBe(3);
    for (const args of [['show', 'nonsense'], ['list', '--state', 'dead'], ['list', '--limit', '0'], ['retry']]) {
      expect((await tenantry('operations', ...args)).code, args.join(' ')).toBe(2);
    }
  });
});
