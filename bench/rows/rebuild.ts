import { graph } from '#authorization';
import { UlidGenerator, type TenantId, type UserId, type WorkspaceId } from '#kernel';
import { edgesOf, tenantsAsRows } from '../load/many-tenants.ts';
import { MembershipLoad } from '../load/memberships.ts';
import { Projection } from '../load/projection.ts';
import type { Outcome } from '../measure/outcome.ts';
import { inPairs, ratiosOf } from '../measure/pairs.ts';
import { cpuPerOperation, measure, rateOf, type Sample } from '../measure/sample.ts';
import { median } from '../measure/statistics.ts';
import type { Stand } from '../stand/stand.ts';
import type { Row, RunOptions } from './row.ts';

const relationships = 1_000_000;
const perTenant = 4;
const users = 1_000;
const limitMs = 1_200_000;
const lookAtMemoryEveryMs = 200;
/** The best of a bare writer. */
const bareSize = { perCall: 500, inFlight: 2 };

/** A deployment as rows, whose graph is made again and again. */
class RebuildBench {
  private readonly projection: Projection;
  private readonly ids = new UlidGenerator();
  private tenants: Awaited<ReturnType<typeof tenantsAsRows>> = [];
  readonly inUse: Sample[] = [];
  readonly memory: number[] = [];

  constructor(
    private readonly stand: Stand,
    private readonly options: RunOptions,
  ) {
    this.projection = new Projection(stand.pool);
  }

  get size(): number {
    return this.tenants.length * perTenant;
  }

  async prepare(): Promise<void> {
    await this.stand.need('worker');
    await this.projection.untilReady();
    const people: UserId[] = await new MembershipLoad(this.stand.database).users(users);
    this.tenants = await tenantsAsRows(this.stand.pool, people, Math.ceil((relationships * this.options.scale) / perTenant));
    await this.stand.settle();
  }

  /** Of an empty graph, from letting the workers go until it is believed again. Afterwards once more, while it is in use. */
  async anew(): Promise<Sample> {
    await this.empty();
    const sample = await this.watched(async () => {
      await this.projection.release();
      await this.projection.untilReady(limitMs);
    });
    await this.stand.settle();
    this.inUse.push(await this.watched(() => this.projection.rebuildInUse(this.ids.next(), limitMs)));
    await this.assertInGraph();
    return sample;
  }

  /** As many of tenants that are nobody's, beside what is there: to take a million away again takes SpiceDB longer than to write them. */
  async bare(): Promise<Sample> {
    await this.projection.hold();
    await this.stand.settle();
    return measure(this.stand.cpu, async () => {
      for (let from = 0; from < this.tenants.length; from += 10_000) {
        const strangers = this.tenants.slice(from, from + 10_000).map(({ userId }) => ({
          tenantId: this.ids.next<TenantId>(),
          workspaceId: this.ids.next<WorkspaceId>(),
          userId,
        }));
        await this.stand.graph.writeAll(
          strangers.flatMap(edgesOf).map((relationship) => ({ operation: 'touch', relationship })),
          bareSize.perCall,
          bareSize.inFlight,
        );
      }
      return { operations: this.size };
    });
  }

  /** The workers see that the graph is gone, and wait. */
  private async empty(): Promise<void> {
    await this.projection.hold();
    const epoch = await this.projection.epoch();
    await this.stand.graph.empty(Object.keys(graph).filter((type) => Object.keys(graph[type as keyof typeof graph].relations).length > 0));
    await this.projection.untilLost(epoch);
    await this.stand.settle();
  }

  private async watched(work: () => Promise<void>): Promise<Sample> {
    const watch = setInterval(() => this.memory.push(this.stand.memoryOf('worker') ?? 0), lookAtMemoryEveryMs);
    return measure(this.stand.cpu, async () => {
      await work();
      return { operations: this.size };
    }).finally(() => clearInterval(watch));
  }

  private async assertInGraph(): Promise<void> {
    const stride = Math.max(1, Math.floor(this.tenants.length / 200));
    for (const tenant of this.tenants.filter((_, nth) => nth % stride === 0)) {
      for (const { resource, relation, subject } of edgesOf(tenant)) {
        if (!(await this.stand.graph.check({ resource, permission: relation, subject }, 'fully_consistent')))
          throw new Error(`the graph does not hold what was rebuilt: ${JSON.stringify(tenant)}`);
      }
    }
  }
}

const side = (label: string, samples: readonly Sample[]) =>
  ({ label, value: median(samples.map(rateOf)), unit: '/s', cpuPerOperation: cpuPerOperation(samples) }) as const;

export const rebuild: Row = {
  name: 'rebuild',
  about: 'The graph made anew from rows, empty and in use',
  async run(stand: Stand, options: RunOptions): Promise<Outcome[]> {
    const bench = new RebuildBench(stand, options);
    await bench.prepare();
    const pairs = await inPairs(options.pairs, { ours: () => bench.anew(), bare: () => bench.bare() }, (nth, { ours, bare }) => {
      const [anew, inUse, written] = [ours, bench.inUse[nth] ?? ours, bare].map((sample) => Math.round(rateOf(sample)));
      options.progress(`  pair ${nth + 1}/${options.pairs}: ${anew}/s, in use ${inUse}/s, bare ${written}/s`);
    });
    const bare = side(
      'the same written bare, 500 per call, two in flight',
      pairs.map((pair) => pair.bare),
    );
    const what = `Rebuild of ${bench.size.toLocaleString('en-US')} relationships`;
    const bar = { atLeast: 0.75, stretch: 0.9, unit: 'x' } as const;
    const notes = [
      `${(bench.size / perTenant).toLocaleString('en-US')} tenants of one workspace and one person; the worker held ${Math.round(Math.min(...bench.memory))} to ${Math.round(Math.max(...bench.memory))} MB`,
      'the bare writer finds a million relationships there already: its indexes are one level deeper at most',
    ];
    const live = pairs.map((pair, nth) => ({ ours: bench.inUse[nth] ?? pair.ours, bare: pair.bare }));
    const anew = pairs.map((pair) => pair.ours);
    return [
      { what: `${what}, empty graph`, bar, values: ratiosOf(pairs, rateOf), ours: side('rebuilt', anew), bare, notes },
      {
        what: `${what}, graph in use`,
        bar,
        values: ratiosOf(live, rateOf),
        ours: side('rebuilt', bench.inUse),
        bare,
        notes: ['everything in the graph is read and compared too; the bar is that of the empty graph'],
      },
    ];
  },
};
