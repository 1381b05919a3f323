import { graph } from '#authorization';
import type { UserId } from '#kernel';
import { apiCallers, type ApiCaller } from '../load/api-callers.ts';
import { ringAfterCommits } from '../load/bell.ts';
import { bytesOf, HttpLane } from '../load/http-lane.ts';
import { memberships, MembershipLoad, type Membership, type Step } from '../load/memberships.ts';
import { Projection } from '../load/projection.ts';
import { Visibility, wallClock } from '../load/visibility.ts';
import type { Outcome, Side } from '../measure/outcome.ts';
import { atPace } from '../measure/pace.ts';
import { inPairs, ratiosOf } from '../measure/pairs.ts';
import { cpuPerOperation, measure, rateOf, type Sample } from '../measure/sample.ts';
import { median, percentile } from '../measure/statistics.ts';
import type { Stand } from '../stand/stand.ts';
import type { Row, RunOptions } from './row.ts';

const commandsPerSecond = 20;
const secondsOfCommands = 10;
const tenants = 100;
/** How many events tell the drain rate that is halved. */
const drained = 50_000;
const secondsOfLoad = 10;
const transactionsPerSecond = 20;
/** Of so many transactions one is watched. */
const watchedOne = 4;
/** Milliseconds between one check and the next: what watches must not be what slows down. */
const gaps = { atTwenty: 1, underLoad: 10 };
const drainLimitMs = 300_000;

const adding = (all: readonly Membership[]): Step[] => all.map((membership) => ({ ...membership, kind: 'add' }));
const p50 = ({ latencies }: Sample): number => median(latencies);
const p99 = (samples: readonly Sample[]): number =>
  percentile(
    samples.flatMap(({ latencies }) => latencies),
    0.99,
  );

class VisibilityBench {
  private readonly load: MembershipLoad;
  private readonly projection: Projection;
  private callers: ApiCaller[] = [];
  private lanes: HttpLane[] = [];
  private people: UserId[] = [];

  private constructor(
    private readonly stand: Stand,
    private readonly options: RunOptions,
    private readonly visibility: Visibility,
  ) {
    this.load = new MembershipLoad(stand.database);
    this.projection = new Projection(stand.pool);
  }

  static async prepare(stand: Stand, options: RunOptions): Promise<VisibilityBench> {
    await stand.need('worker');
    await new Projection(stand.pool).untilReady();
    await stand.need('api');
    const bench = new VisibilityBench(stand, options, await Visibility.of(stand));
    bench.callers = await apiCallers(stand, tenants);
    bench.lanes = await Promise.all(bench.callers.map(() => HttpLane.open(stand.apiPort)));
    bench.people = await bench.load.users(Math.max(1_000, bench.commands));
    await stand.settle();
    return bench;
  }

  get commands(): number {
    return Math.ceil(commandsPerSecond * secondsOfCommands * this.options.scale);
  }

  close(): void {
    for (const lane of this.lanes) lane.close();
  }

  /** Commands in turn by the admins of many tenants, each adding a member nobody added before. */
  async commanded(): Promise<Sample> {
    const people = await this.load.users(this.commands);
    return this.sampled(commandsPerSecond, people.length, async (nth) => {
      const [caller, lane, userId] = [this.callers[nth % tenants], this.lanes[nth % tenants], people[nth]];
      if (caller === undefined || lane === undefined || userId === undefined) throw new RangeError('not prepared');
      const { tenantId, token } = caller;
      const command = bytesOf({
        method: 'POST',
        path: `/v1/tenants/${tenantId}/members`,
        token,
        headers: { prefer: 'respond-async' },
        body: { user_id: userId, role: 'member' },
      });
      const membership = { tenantId, userId };
      const { status, body } = await lane.send(command);
      if (status !== 201) throw new Error(`the command answered ${status}: ${body}`);
      return { ...membership, seenAt: await this.visibility.seen(membership, gaps.atTwenty) };
    });
  }

  /** One write of the same relationship and one check of the newest state, at the same pace. */
  bare(): Promise<Sample> {
    const { stand, visibility, people } = this;
    const all = memberships(tenants, people, this.commands);
    return measure(stand.cpu, async () => {
      const latencies = await atPace(commandsPerSecond, all.length, async (nth) => {
        const membership = all[nth];
        if (membership === undefined) throw new RangeError('not prepared');
        const started = wallClock();
        const resource = { type: graph.tenant.type, id: membership.tenantId };
        const subject = { type: graph.user.type, id: membership.userId };
        await stand.graph.write([{ operation: 'touch', relationship: { resource, relation: graph.tenant.relations.member, subject } }]);
        if (!(await visibility.check(membership))) throw new Error('what was written is not there');
        return wallClock() - started;
      });
      return { operations: latencies.length, latencies };
    });
  }

  /** Events a second, with everything committed before. */
  async drainRate(): Promise<number> {
    const all = memberships(1_000, this.people, Math.ceil(drained * this.options.scale));
    const before = await this.projection.applied();
    await this.projection.hold();
    await this.load.tenantsOf(all);
    await this.load.carryOut(adding(all));
    await this.stand.settle();
    const sample = await measure(this.stand.cpu, async () => {
      await this.projection.release();
      await this.projection.untilApplied(before.events + all.length, drainLimitMs);
      return { operations: all.length };
    });
    return rateOf(sample);
  }

  /** Whoever commits rings the bell. */
  async ringing<Result>(work: () => Promise<Result>): Promise<Result> {
    const stop = await ringAfterCommits(this.stand.database, this.stand.pool);
    return work().finally(stop);
  }

  /** Transactions of many members, so many a second that events come at the given rate; one member of each is watched. */
  async loaded(eventsPerSecond: number): Promise<Sample> {
    const perTransaction = Math.max(1, Math.round(eventsPerSecond / transactionsPerSecond));
    const transactions = Math.ceil(transactionsPerSecond * secondsOfLoad * this.options.scale);
    const all = memberships(1_000, this.people, perTransaction * transactions);
    await this.load.tenantsOf(all);
    return this.sampled(transactionsPerSecond, transactions, async (nth) => {
      const some = all.slice(nth * perTransaction, (nth + 1) * perTransaction);
      const watched = some[Math.floor(Math.random() * some.length)];
      if (watched === undefined) throw new RangeError('an empty transaction');
      await this.load.commit(adding(some));
      return nth % watchedOne === 0 ? { ...watched, seenAt: await this.visibility.seen(watched, gaps.underLoad) } : null;
    });
  }

  private sampled(
    perSecond: number,
    count: number,
    work: (nth: number) => Promise<(Membership & { seenAt: number }) | null>,
  ): Promise<Sample> {
    return measure(this.stand.cpu, async () => {
      const done = await atPace(perSecond, count, work);
      return { operations: done.length, latencies: await this.visibility.latencies(done.filter((seen) => seen !== null)) };
    });
  }
}

function side(label: string, samples: readonly Sample[]): Side {
  return { label, value: median(samples.map(p50)), unit: 'ms', cpuPerOperation: cpuPerOperation(samples) };
}

const measuredFrom = (gapMs: number): string =>
  `from the commit, by its time stamp, to the first yes of fully_consistent checks, each ${gapMs} ms after the last one answered`;

async function atTwenty(bench: VisibilityBench, { pairs: count, progress }: RunOptions): Promise<Outcome[]> {
  const pairs = await inPairs(count, { ours: () => bench.commanded(), bare: () => bench.bare() }, (nth, { ours, bare }) =>
    progress(
      `  pair ${nth + 1}/${count}: p50 ${p50(ours).toFixed(1)} ms, p99 ${p99([ours]).toFixed(1)} ms, bare ${p50(bare).toFixed(1)} ms, ratio ${(p50(ours) / p50(bare)).toFixed(2)}`,
    ),
  );
  const samples = pairs.map(({ ours }) => ours);
  const ours = side('p50 from commit to visible', samples);
  const what = `Commit to visible, ${commandsPerSecond} commands/s`;
  const bare = side(
    'p50 of one bare write and one bare check',
    pairs.map((pair) => pair.bare),
  );
  return [
    {
      what: `${what}, p50`,
      bar: { atMost: 1.8, stretch: 1.4, unit: 'x' },
      values: ratiosOf(pairs, p50),
      ours,
      bare,
      notes: [
        `members added over HTTP with respond-async in ${tenants} tenants; ${measuredFrom(gaps.atTwenty)}; the first check goes out when the command is answered`,
      ],
    },
    {
      what: `${what}, p99`,
      bar: { atMost: 50, stretch: 50, unit: 'ms' },
      values: [p99(samples)],
      ours: { ...ours, label: 'p99 over all pairs', value: p99(samples), cpuPerOperation: {} },
      bare: null,
      notes: [`of ${bench.commands * count} commands`],
    },
  ];
}

async function atHalfTheDrainRate(bench: VisibilityBench, { pairs: count, progress }: RunOptions): Promise<Outcome[]> {
  const rate = await bench.drainRate();
  progress(`  drains ${Math.round(rate)} events/s`);
  const samples: Sample[] = [];
  for (let nth = 0; nth < count; nth += 1) {
    const sample = await bench.ringing(() => bench.loaded(rate / 2));
    samples.push(sample);
    progress(`  ${nth + 1}/${count}: p50 ${p50(sample).toFixed(0)} ms, p99 ${p99([sample]).toFixed(0)} ms`);
  }
  const what = `Commit to visible, at half the drain rate (${Math.round(rate / 2)} events/s)`;
  const ours = side('p50 from commit to visible', samples);
  return [
    {
      what: `${what}, p50`,
      bar: { atMost: 100, stretch: 50, unit: 'ms' },
      values: samples.map(p50),
      ours,
      bare: null,
      notes: [
        `${transactionsPerSecond} transactions/s written straight to the database, one event of every fourth watched, ${measuredFrom(gaps.underLoad)}`,
      ],
    },
    {
      what: `${what}, p99`,
      bar: { atMost: 300, stretch: 150, unit: 'ms' },
      values: [p99(samples)],
      ours: { ...ours, label: 'p99 over all samples', value: p99(samples), cpuPerOperation: {} },
      bare: null,
      notes: [],
    },
  ];
}

/** How long a committed change takes until SpiceDB answers by it. */
export const commitToVisible: Row = {
  name: 'commit-to-visible',
  about: 'From a commit until SpiceDB answers by it',
  async run(stand: Stand, options: RunOptions): Promise<Outcome[]> {
    const bench = await VisibilityBench.prepare(stand, options);
    const outcomes = [...(await atTwenty(bench, options)), ...(await atHalfTheDrainRate(bench, options))];
    bench.close();
    return outcomes;
  },
};
