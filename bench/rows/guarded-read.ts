import { graph, type CheckRequest } from '#authorization';
import { apiCallers } from '../load/api-callers.ts';
import { bytesOf, HttpLane } from '../load/http-lane.ts';
import { Projection } from '../load/projection.ts';
import { inLanes } from '../measure/lanes.ts';
import type { Outcome, Side } from '../measure/outcome.ts';
import { inPairs, ratiosOf, type Pair, type Sides } from '../measure/pairs.ts';
import { cpuPerOperation, rateOf, type Sample } from '../measure/sample.ts';
import { median } from '../measure/statistics.ts';
import type { Stand } from '../stand/stand.ts';
import type { Row, RunOptions } from './row.ts';

const inFlight = 32;
const secondsOfLoad = 5;
const secondsOfOne = 3;
const secondsOfWarmUp = 3;

type Operation = (nth: number) => Promise<unknown>;

/** A guarded GET over HTTP, and the check that guards it. */
class GuardedReadBench {
  private lanes: HttpLane[] = [];
  private request: Buffer = Buffer.alloc(0);
  private question: CheckRequest | null = null;

  constructor(
    private readonly stand: Stand,
    private readonly options: RunOptions,
  ) {}

  async prepare(): Promise<void> {
    const { stand } = this;
    await stand.need('worker');
    await new Projection(stand.pool).untilReady();
    await stand.need('api');
    const [caller] = await apiCallers(stand, 1);
    if (caller === undefined) throw new RangeError('no caller');
    const { token, userId, tenantId, workspaceId } = caller;
    this.request = bytesOf({ method: 'GET', path: `/v1/tenants/${tenantId}/workspaces/${workspaceId}`, token });
    this.question = {
      resource: { type: graph.workspace.type, id: workspaceId },
      permission: graph.workspace.permissions.view,
      subject: { type: graph.user.type, id: userId },
    };
    this.lanes = await Promise.all(Array.from({ length: inFlight }, () => HttpLane.open(stand.apiPort)));
    await stand.settle();
    for (const sides of [this.sides(1, secondsOfWarmUp), this.sides(inFlight, secondsOfWarmUp)]) await inPairs(1, sides, () => undefined);
  }

  sides(lanes: number, seconds: number): Sides {
    return {
      ours: () => this.sample(lanes, seconds, (nth) => this.read(nth)),
      bare: () => this.sample(lanes, seconds, () => this.check()),
    };
  }

  close(): void {
    for (const lane of this.lanes) lane.close();
  }

  private async read(nth: number): Promise<void> {
    const lane = this.lanes[nth];
    if (lane === undefined) throw new RangeError('not so many lanes');
    const { status, body } = await lane.send(this.request);
    if (status !== 200) throw new Error(`the guarded GET answered ${status}: ${body}`);
  }

  private async check(): Promise<void> {
    if (this.question === null) throw new Error('not prepared');
    if (!(await this.stand.graph.check(this.question, 'minimize_latency'))) throw new Error('the bare check said no');
  }

  private sample(lanes: number, seconds: number, operation: Operation): Promise<Sample> {
    return inLanes(this.stand.cpu, lanes, seconds * 1000 * this.options.scale, operation);
  }
}

const p50 = ({ latencies }: Sample): number => median(latencies);

function side(label: string, unit: Side['unit'], samples: readonly Sample[]): Side {
  const value = median(samples.map(unit === 'ms' ? p50 : rateOf));
  return { label, value, unit, cpuPerOperation: cpuPerOperation(samples) };
}

const what = 'Guarded GET of one workspace over HTTP (development bearer, check, read), warm';
const oursOf = (pairs: readonly Pair[]): Sample[] => pairs.map(({ ours }) => ours);
const bareOf = (pairs: readonly Pair[]): Sample[] => pairs.map(({ bare }) => bare);

function throughput(pairs: readonly Pair[]): Outcome {
  return {
    what: `${what}, ${inFlight} in flight`,
    bar: { atLeast: 0.55, stretch: 0.7, unit: 'x' },
    values: ratiosOf(pairs, rateOf),
    ours: side('requests answered', '/s', oursOf(pairs)),
    bare: side('authzed-node CheckPermission alone, minimize_latency', '/s', bareOf(pairs)),
    notes: [
      `one caller reads the root workspace of their tenant, both sides ask the same question; ${secondsOfLoad} s a sample`,
      'the column bench is what sending and receiving costs: raw keep-alive connections for HTTP, gRPC for the bare check',
    ],
  };
}

function latency(pairs: readonly Pair[]): Outcome {
  return {
    what: 'its p50 beyond that of the bare check, one in flight',
    bar: { atMost: 0.6, stretch: 0.35, unit: 'ms' },
    values: pairs.map(({ ours, bare }) => p50(ours) - p50(bare)),
    ours: side('one request after the other', 'ms', oursOf(pairs)),
    bare: side('one check after the other', 'ms', bareOf(pairs)),
    notes: [`${secondsOfOne} s a sample`],
  };
}

export const guardedRead: Row = {
  name: 'guarded-read',
  about: 'Guarded GET of one workspace over HTTP, warm',
  async run(stand: Stand, options: RunOptions): Promise<Outcome[]> {
    const bench = new GuardedReadBench(stand, options);
    await bench.prepare();
    const many = await inPairs(options.pairs, bench.sides(inFlight, secondsOfLoad), (nth, { ours, bare }) =>
      options.progress(
        `  pair ${nth + 1}/${options.pairs}: ${Math.round(rateOf(ours))} requests/s, bare ${Math.round(rateOf(bare))}/s, ratio ${(rateOf(ours) / rateOf(bare)).toFixed(2)}`,
      ),
    );
    const one = await inPairs(options.pairs, bench.sides(1, secondsOfOne), (nth, { ours, bare }) =>
      options.progress(`  pair ${nth + 1}/${options.pairs}: p50 ${p50(ours).toFixed(2)} ms, bare ${p50(bare).toFixed(2)} ms`),
    );
    bench.close();
    return [throughput(many), latency(one)];
  },
};
