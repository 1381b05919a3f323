import { apiCallers, type ApiCaller } from '../load/api-callers.ts';
import { bytesOf, HttpLane } from '../load/http-lane.ts';
import { Projection } from '../load/projection.ts';
import { inLanes } from '../measure/lanes.ts';
import type { Outcome, Side } from '../measure/outcome.ts';
import { atPace } from '../measure/pace.ts';
import { inPairs, ratiosOf } from '../measure/pairs.ts';
import { cpuPerOperation, type Sample } from '../measure/sample.ts';
import { median, percentile } from '../measure/statistics.ts';
import type { Stand } from '../stand/stand.ts';
import type { Row, RunOptions } from './row.ts';

const createsPerSecond = 40;
const seconds = 4;

const p50 = ({ latencies }: Sample): number => median(latencies);
const p99 = (samples: readonly Sample[]): string =>
  percentile(
    samples.flatMap(({ latencies }) => latencies),
    0.99,
  ).toFixed(1);

/** Reads of one workspace, one after the other, while others create in the same tenant or while nobody does. */
class ReadsBesideCreates {
  private constructor(
    private readonly stand: Stand,
    private readonly options: RunOptions,
    private readonly caller: ApiCaller,
    private readonly reader: HttpLane,
    private readonly creators: readonly HttpLane[],
  ) {}

  static async prepare(stand: Stand, options: RunOptions): Promise<ReadsBesideCreates> {
    await stand.need('worker');
    await new Projection(stand.pool).untilReady();
    await stand.need('api');
    const [caller] = await apiCallers(stand, 1);
    if (caller === undefined) throw new RangeError('no caller');
    const lanes = await Promise.all(Array.from({ length: createsPerSecond + 1 }, () => HttpLane.open(stand.apiPort)));
    const [reader, ...creators] = lanes as [HttpLane, ...HttpLane[]];
    const bench = new ReadsBesideCreates(stand, options, caller, reader, creators);
    await stand.settle();
    await bench.quiet();
    await bench.beside();
    return bench;
  }

  close(): void {
    for (const lane of [this.reader, ...this.creators]) lane.close();
  }

  quiet(): Promise<Sample> {
    const { tenantId, workspaceId, token } = this.caller;
    const request = bytesOf({ method: 'GET', path: `/v1/tenants/${tenantId}/workspaces/${workspaceId}`, token });
    return inLanes(this.stand.cpu, 1, this.milliseconds, async () => {
      const { status, body } = await this.reader.send(request);
      if (status !== 200) throw new Error(`the guarded GET answered ${status}: ${body}`);
    });
  }

  /** Each create waits for its projection, as callers' do: the graph is written to all the while. */
  async beside(): Promise<Sample> {
    const creating = atPace(createsPerSecond, Math.round((createsPerSecond * this.milliseconds) / 1000), (nth) => this.create(nth));
    const [sample] = await Promise.all([this.quiet(), creating]);
    return sample;
  }

  private async create(nth: number): Promise<void> {
    const { tenantId, workspaceId, token } = this.caller;
    const path = `/v1/tenants/${tenantId}/workspaces/${workspaceId}/children`;
    const lane = this.creators[nth % this.creators.length];
    const answer = await lane?.send(bytesOf({ method: 'POST', path, token, body: { name: `Bench ${crypto.randomUUID()}` } }));
    if (answer?.status !== 201) throw new Error(`the command answered ${answer?.status}: ${answer?.body}`);
  }

  private get milliseconds(): number {
    return seconds * 1000 * this.options.scale;
  }
}

export const readBesideCreates: Row = {
  name: 'read-beside-creates',
  about: 'Guarded reads while workspaces are created in the same tenant, against the same reads in quiet',
  async run(stand: Stand, options: RunOptions): Promise<Outcome[]> {
    const bench = await ReadsBesideCreates.prepare(stand, options);
    const sides = { ours: () => bench.beside(), bare: () => bench.quiet() };
    const pairs = await inPairs(options.pairs, sides, (nth, { ours, bare }) =>
      options.progress(`  pair ${nth + 1}/${options.pairs}: p50 ${p50(ours).toFixed(2)} ms, in quiet ${p50(bare).toFixed(2)} ms`),
    ).finally(() => bench.close());
    const [ours, bare] = [pairs.map((pair) => pair.ours), pairs.map((pair) => pair.bare)];
    const side = (label: string, samples: readonly Sample[]): Side => ({
      label,
      value: median(samples.map(p50)),
      unit: 'ms',
      cpuPerOperation: cpuPerOperation(samples),
    });
    return [
      {
        what: `Guarded GET of a workspace, one in flight, beside ${createsPerSecond} creates a second in its tenant`,
        bar: { atMost: 3, stretch: 2, unit: 'x' },
        values: ratiosOf(pairs, p50),
        ours: side('beside the creates', ours),
        bare: side('in quiet', bare),
        notes: [
          `p50; p99 ${p99(ours)} ms, in quiet ${p99(bare)} ms; ${seconds} s a sample; minimize_latency`,
          'a bar of our own: a create writes to the graph, so no answer of its cache outlives the staleness window anyhow',
        ],
      },
    ];
  },
};
