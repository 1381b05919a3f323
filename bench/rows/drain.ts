import { graph, type Relationship } from '#authorization';
import type { UserId } from '#kernel';
import type { BareUpdate } from '../load/bare-graph.ts';
import { memberships, MembershipLoad, type Membership, type Step } from '../load/memberships.ts';
import { Projection } from '../load/projection.ts';
import type { Outcome } from '../measure/outcome.ts';
import { inPairs, ratiosOf, type Pair } from '../measure/pairs.ts';
import { cpuPerOperation, measure, rateOf, type Sample } from '../measure/sample.ts';
import { median } from '../measure/statistics.ts';
import type { Stand } from '../stand/stand.ts';
import type { Row, RunOptions } from './row.ts';

const events = 100_000;
const tenants = 1_000;
const users = 1_000;
const removedShare = 0.3;
/** One event per write is slow: so many are measured, and the rate holds for all. */
const singles = 1_000;
const drainLimitMs = 300_000;
/** The best sizes of a bare writer: 500 touches a call, or 300 of which some are deletes; two calls under way. */
const bareSizes = { grants: 500, mixed: 300, inFlight: 2 };

const edgeOf = ({ tenantId, userId }: Membership): Relationship => ({
  resource: { type: graph.tenant.type, id: tenantId },
  relation: graph.tenant.relations.member,
  subject: { type: graph.user.type, id: userId },
});
const updateOf = (step: Step): BareUpdate => ({ operation: step.kind === 'add' ? 'touch' : 'delete', relationship: edgeOf(step) });
const adding = (all: readonly Membership[]): Step[] => all.map((membership) => ({ ...membership, kind: 'add' }));

/** Ten of each tenant's memberships at a time: three go, seven come. */
function mixed(existing: readonly Membership[], added: readonly Membership[]): Step[] {
  const steps: Step[] = [];
  const [gone, come] = [[...existing].reverse(), [...added].reverse()];
  for (let nth = 0; gone.length + come.length > 0; nth += 1) {
    const kind = nth % 10 < removedShare * 10 ? 'remove' : 'add';
    const next = (kind === 'remove' ? gone.pop() : come.pop()) ?? gone.pop() ?? come.pop();
    if (next !== undefined) steps.push({ ...next, kind });
  }
  return steps;
}

class DrainBench {
  private readonly load: MembershipLoad;
  private readonly projection: Projection;
  private people: UserId[] = [];

  constructor(
    private readonly stand: Stand,
    private readonly options: RunOptions,
  ) {
    this.load = new MembershipLoad(stand.database);
    this.projection = new Projection(stand.pool);
  }

  get size(): number {
    return Math.ceil(events * this.options.scale);
  }

  async prepare(): Promise<void> {
    await this.stand.need('worker');
    await this.projection.untilReady();
    this.people = await this.load.users(users);
  }

  fresh(count: number): Membership[] {
    return memberships(Math.min(tenants, count), this.people, count);
  }

  /** Everything is committed and waits; measured is from letting the projection go until nothing is left. */
  async drained(steps: readonly Step[], tenantsOf: readonly Membership[] = steps): Promise<Sample> {
    const { stand, projection } = this;
    const before = await projection.applied();
    await projection.hold();
    if (tenantsOf.length > 0) await this.load.tenantsOf(tenantsOf);
    await this.load.carryOut(steps);
    await stand.settle();
    const sample = await measure(stand.cpu, async () => {
      await projection.release();
      await projection.untilApplied(before.events + steps.length, drainLimitMs);
      return { operations: steps.length };
    });
    const after = await projection.applied();
    this.options.progress(`  ${after.batches - before.batches} batches, ${after.updates - before.updates} updates`);
    await this.assertInGraph(steps);
    return sample;
  }

  async written(steps: readonly Step[], perCall: number): Promise<Sample> {
    const updates = steps.map(updateOf);
    await this.stand.settle();
    return measure(this.stand.cpu, async () => {
      await this.stand.graph.writeAll(updates, perCall, bareSizes.inFlight);
      return { operations: updates.length };
    });
  }

  async oneByOne(): Promise<Sample> {
    const updates = adding(this.fresh(singles)).map(updateOf);
    return measure(this.stand.cpu, async () => {
      await this.stand.graph.writeAll(updates, 1, 1);
      return { operations: updates.length };
    });
  }

  /** A rate counts only for what is really there. */
  private async assertInGraph(steps: readonly Step[]): Promise<void> {
    const stride = Math.max(1, Math.floor(steps.length / 200));
    for (const step of steps.filter((_, nth) => nth % stride === 0)) {
      const { resource, relation, subject } = edgeOf(step);
      const found = await this.stand.graph.check({ resource, permission: relation, subject }, 'fully_consistent');
      if (found !== (step.kind === 'add')) throw new Error(`the graph does not hold what was drained: ${JSON.stringify(step)}`);
    }
  }
}

const side = (label: string, samples: readonly Sample[]) =>
  ({ label, value: median(samples.map(rateOf)), unit: '/s', cpuPerOperation: cpuPerOperation(samples) }) as const;

function reporter({ progress }: RunOptions, count: number) {
  return (nth: number, { ours, bare }: Pair): void =>
    progress(
      `  pair ${nth + 1}/${count}: ${Math.round(rateOf(ours))} events/s, bare ${Math.round(rateOf(bare))}/s, ratio ${(rateOf(ours) / rateOf(bare)).toFixed(2)}`,
    );
}

export const drain: Row = {
  name: 'drain',
  about: 'Outbox to SpiceDB, one-relationship events',
  async run(stand: Stand, options: RunOptions): Promise<Outcome[]> {
    const bench = new DrainBench(stand, options);
    await bench.prepare();
    const { size } = bench;
    const single: Sample[] = [];
    const pairs = await inPairs(
      options.pairs,
      {
        ours: () => bench.drained(adding(bench.fresh(size))),
        bare: async () => {
          single.push(await bench.oneByOne());
          return bench.written(adding(bench.fresh(size)), bareSizes.grants);
        },
      },
      reporter(options, options.pairs),
    );
    const ours = pairs.map((pair) => pair.ours);
    const one = side('one event per write, one after the other', single);
    return [
      {
        what: `Outbox to SpiceDB, ${size} one-relationship events`,
        bar: { atLeast: 0.6, stretch: 0.75, unit: 'x' },
        values: ratiosOf(pairs, rateOf),
        ours: side('events applied', ours),
        bare: side(
          'the same written bare, 500 per call, two in flight',
          pairs.map((pair) => pair.bare),
        ),
        notes: [`${tenants} tenants; each event adds a member, which is one relationship`],
      },
      {
        what: 'the same, compared with one event per write',
        bar: { atLeast: 25, stretch: 40, unit: 'x' },
        values: pairs.map((pair, nth) => rateOf(pair.ours) / rateOf(single[nth] ?? pair.bare)),
        ours: side('events applied', ours),
        bare: one,
        notes: [`measured over ${singles} writes in each pair, and taken to be the rate of all ${size}`],
      },
    ];
  },
};

export const drainMixed: Row = {
  name: 'drain-mixed',
  about: 'Outbox to SpiceDB, 30 % of the events revocations',
  async run(stand: Stand, options: RunOptions): Promise<Outcome[]> {
    const bench = new DrainBench(stand, options);
    await bench.prepare();
    const { size } = bench;
    const removed = Math.round(size * removedShare);
    const pairs = await inPairs(
      options.pairs,
      {
        ours: async () => {
          const all = bench.fresh(size);
          await bench.drained(adding(all.slice(0, removed)), all);
          return bench.drained(mixed(all.slice(0, removed), all.slice(removed)), []);
        },
        bare: async () => {
          const all = bench.fresh(size);
          await bench.written(adding(all.slice(0, removed)), bareSizes.grants);
          return bench.written(mixed(all.slice(0, removed), all.slice(removed)), bareSizes.mixed);
        },
      },
      reporter(options, options.pairs),
    );
    return [
      {
        what: `the same, 30 % of ${size} events revocations`,
        bar: { atLeast: 0.6, stretch: 0.75, unit: 'x' },
        values: ratiosOf(pairs, rateOf),
        ours: side(
          'events applied',
          pairs.map((pair) => pair.ours),
        ),
        bare: side(
          'the same mix written bare, 300 per call, two in flight',
          pairs.map((pair) => pair.bare),
        ),
        notes: ['the removed memberships were projected before; removals and additions alternate in every tenant'],
      },
    ];
  },
};
