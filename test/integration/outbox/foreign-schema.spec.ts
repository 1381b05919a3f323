import { eventually } from '../../support/eventually.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProjectionBench } from './support/projection-bench.ts';

let bench: ProjectionBench;

beforeAll(async () => {
  bench = await ProjectionBench.open();
});
afterAll(() => bench?.close());

describe('P-4 a fault of the whole', () => {
  it('P-4 another schema in the engine poisons nothing, and what waited is applied when ours is back', async () => {
    const worker = await bench.worker({ sweepMs: 50 });
    await bench.settled();
    const schema = (await bench.schema.read()) ?? '';
    await bench.schema.write(schema.replace('relation admin: user | user with expiration |', 'relation admin:'));
    const ada = await bench.user();
    const { id } = await bench.tenant(ada);
    const failures = worker.observer.failures.length;
    await eventually(() => worker.observer.failures.length >= failures + 3, { what: 'failed turns' });
    expect(await bench.dead()).toEqual([]);
    await bench.schema.write(schema);
    await bench.isExact();
    expect(await bench.allows(`tenant:${id}#administrate@user:${ada}`)).toBe(true);
  });
});
