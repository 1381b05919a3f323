import { bucketOf } from '#database';
import { apiCallers, type ApiCaller } from '../load/api-callers.ts';
import { childWorkspace, rowsOf } from '../load/child-workspaces.ts';
import { bytesOf, HttpLane } from '../load/http-lane.ts';
import { OneStatement } from '../load/one-statement.ts';
import { Projection } from '../load/projection.ts';
import { inLanes } from '../measure/lanes.ts';
import type { Outcome } from '../measure/outcome.ts';
import { inPairs, ratiosOf } from '../measure/pairs.ts';
import { cpuPerOperation, rateOf, type Sample } from '../measure/sample.ts';
import { median } from '../measure/statistics.ts';
import type { Stand } from '../stand/stand.ts';
import type { Row, RunOptions } from './row.ts';

const lanes = 16;
const millisecondsOfLoad = 5_000;

/** Commands over HTTP, and the same rows by one statement: each lane below a root of its own tenant. */
class CreationBench {
  private constructor(
    private readonly stand: Stand,
    private readonly options: RunOptions,
    private readonly callers: readonly ApiCaller[],
    private readonly http: readonly HttpLane[],
    private readonly statement: OneStatement,
  ) {}

  static async prepare(stand: Stand, options: RunOptions): Promise<CreationBench> {
    await stand.need('worker');
    await new Projection(stand.pool).untilReady();
    await stand.need('api');
    const callers = await apiCallers(stand, lanes);
    const http = await Promise.all(callers.map(() => HttpLane.open(stand.apiPort)));
    const { connectionString = '', options: settings = '' } = stand.pool.options;
    const bench = new CreationBench(stand, options, callers, http, await OneStatement.connect(connectionString, settings, lanes));
    await new Projection(stand.pool).hold();
    await stand.settle();
    for (const side of [() => bench.commanded(), () => bench.stored()]) await side();
    return bench;
  }

  async close(): Promise<void> {
    for (const lane of this.http) lane.close();
    await this.statement.close();
    await new Projection(this.stand.pool).release();
  }

  commanded(): Promise<Sample> {
    return this.sample(async (nth) => {
      const { tenantId, workspaceId, token } = this.caller(nth);
      const command = bytesOf({
        method: 'POST',
        path: `/v1/tenants/${tenantId}/workspaces/${workspaceId}/children`,
        token,
        headers: { prefer: 'respond-async' },
        body: { name: `Bench ${crypto.randomUUID()}` },
      });
      const answer = await this.http[nth]?.send(command);
      if (answer?.status !== 201) throw new Error(`the command answered ${answer?.status}: ${answer?.body}`);
    });
  }

  stored(): Promise<Sample> {
    return this.sample((nth) => {
      const parent = this.caller(nth);
      return this.statement.store(nth, rowsOf(childWorkspace(parent), bucketOf(parent.tenantId)));
    });
  }

  private sample(operation: (nth: number) => Promise<unknown>): Promise<Sample> {
    return inLanes(this.stand.cpu, lanes, millisecondsOfLoad * this.options.scale, operation);
  }

  private caller(nth: number): ApiCaller {
    const caller = this.callers[nth];
    if (caller === undefined) throw new RangeError('not so many callers');
    return caller;
  }
}

const side = (label: string, samples: readonly Sample[]) =>
  ({ label, value: median(samples.map(rateOf)), unit: '/s', cpuPerOperation: cpuPerOperation(samples) }) as const;

export const createWorkspace: Row = {
  name: 'create-workspace',
  about: 'Guarded create-workspace over HTTP, projection paused, respond-async',
  async run(stand: Stand, options: RunOptions): Promise<Outcome[]> {
    const bench = await CreationBench.prepare(stand, options);
    const sides = { ours: () => bench.commanded(), bare: () => bench.stored() };
    const pairs = await inPairs(options.pairs, sides, (nth, { ours, bare }) =>
      options.progress(
        `  pair ${nth + 1}/${options.pairs}: ${Math.round(rateOf(ours))} commands/s, bare ${Math.round(rateOf(bare))}/s, ratio ${(rateOf(ours) / rateOf(bare)).toFixed(3)}`,
      ),
    ).finally(() => bench.close());
    return [
      {
        what: `Guarded create-workspace over HTTP, ${lanes} in flight`,
        bar: { atLeast: 0.16, stretch: 0.2, unit: 'x' },
        values: ratiosOf(pairs, rateOf),
        ours: side(
          'commands answered',
          pairs.map(({ ours }) => ours),
        ),
        bare: side(
          'the same rows by one prepared statement on 16 connections',
          pairs.map((pair) => pair.bare),
        ),
        notes: ['each lane below the root of a tenant of its own; projection paused; development bearer, one check of create_child'],
      },
    ];
  },
};
