import { bucketOf } from '#database';
import { ExecutionContext, tenantScope } from '#kernel';
import { PgWorkspaceRepository } from '../../libs/iam/src/workspaces/adapters/pg-workspace-repository.ts';
import { apiCallers, type ApiCaller } from '../load/api-callers.ts';
import { childWorkspace, rowsOf } from '../load/child-workspaces.ts';
import { OrmStore } from '../load/orm.ts';
import { Projection } from '../load/projection.ts';
import { inLanes } from '../measure/lanes.ts';
import type { Outcome } from '../measure/outcome.ts';
import { inPairs, ratiosOf, type Pair, type Sides } from '../measure/pairs.ts';
import { cpuPerOperation, rateOf, type Sample } from '../measure/sample.ts';
import { median } from '../measure/statistics.ts';
import type { Stand } from '../stand/stand.ts';
import type { Row, RunOptions } from './row.ts';

const lanes = 8;
const millisecondsOfLoad = 5_000;

const side = (label: string, samples: readonly Sample[]) =>
  ({ label, value: median(samples.map(rateOf)), unit: '/s', cpuPerOperation: cpuPerOperation(samples) }) as const;

/** One transaction that stores a workspace, its owner and both events: by our unit of work, and by an object-relational mapper. */
function sidesOf(stand: Stand, { scale }: RunOptions, callers: readonly ApiCaller[], orm: OrmStore): Sides {
  const repository = new PgWorkspaceRepository();
  const sample = (store: (caller: ApiCaller) => Promise<unknown>) =>
    inLanes(stand.cpu, lanes, millisecondsOfLoad * scale, (nth) => {
      const caller = callers[nth];
      if (caller === undefined) throw new RangeError('not so many callers');
      return store(caller);
    });
  return {
    ours: () =>
      sample((caller) => {
        const context = new ExecutionContext({ kind: 'user', id: caller.userId }, 'bench');
        return stand.database.unitOfWork.run(context, tenantScope(caller.tenantId), async (tx) => {
          const { workspace, owner } = childWorkspace(caller);
          await repository.create(tx, workspace, owner);
          return null;
        });
      }),
    bare: () => sample((caller) => orm.store(rowsOf(childWorkspace(caller), bucketOf(caller.tenantId)))),
  };
}

export const writePath: Row = {
  name: 'write-path',
  about: 'The write path of a command alone',
  async run(stand: Stand, options: RunOptions): Promise<Outcome[]> {
    await stand.need('worker');
    const projection = new Projection(stand.pool);
    await projection.untilReady();
    await stand.need('api');
    const callers = await apiCallers(stand, lanes);
    await projection.hold();
    const { connectionString = '', options: settings = '' } = stand.pool.options;
    const orm = await OrmStore.connect(connectionString, settings, lanes);
    const sides = sidesOf(stand, options, callers, orm);
    await inPairs(1, sides, () => undefined);
    const pairs = await inPairs(options.pairs, sides, (nth, { ours, bare }) =>
      options.progress(
        `  pair ${nth + 1}/${options.pairs}: ${Math.round(rateOf(ours))} transactions/s, ORM ${Math.round(rateOf(bare))}/s, ratio ${(rateOf(ours) / rateOf(bare)).toFixed(2)}`,
      ),
    );
    await orm.close();
    await projection.release();
    return [outcomeOf(pairs)];
  },
};

function outcomeOf(pairs: readonly Pair[]): Outcome {
  return {
    what: 'The write path of a command alone: workspace, owner, two events',
    bar: { atLeast: 3, stretch: 4.4, unit: 'x' },
    values: ratiosOf(pairs, rateOf),
    ours: side(
      'transactions of the unit of work',
      pairs.map(({ ours }) => ours),
    ),
    bare: side(
      'the same rows by save() of TypeORM, in a transaction',
      pairs.map(({ bare }) => bare),
    ),
    notes: [`${lanes} in flight on as many connections; no guard, no HTTP`],
  };
}
