import { apiCallers } from '../load/api-callers.ts';
import { bytesOf, HttpLane } from '../load/http-lane.ts';
import { manyTenants, type SmallTenant } from '../load/many-tenants.ts';
import { Projection } from '../load/projection.ts';
import { inLanes } from '../measure/lanes.ts';
import type { Outcome } from '../measure/outcome.ts';
import { cpuPerOperation, rateOf, wholeCpu, type Sample } from '../measure/sample.ts';
import { median } from '../measure/statistics.ts';
import type { Stand } from '../stand/stand.ts';
import type { Row, RunOptions } from './row.ts';

const few = 1_000;
const many = 100_000;
const people = 20;
const lanes = 8;
/** Not scaled: a process that has answered few requests spends most of its CPU on getting warm. */
const millisecondsOfLoad = 5_000;
const warmUps = 3;

/**
 * Guarded reads in tenants drawn at random. Two things grow: what is stored, and of how many tenants somebody asks. The second also
 * means that within a second hardly anybody asks for what was asked before, so that no cache answers; the same few tenants among
 * many show the first alone.
 */
class GrowthBench {
  private tenants: SmallTenant[] = [];
  private readonly tokens = new Map<string, string>();
  private http: HttpLane[] = [];

  constructor(
    private readonly stand: Stand,
    private readonly options: RunOptions,
  ) {}

  async prepare(): Promise<void> {
    const { stand } = this;
    await stand.need('worker');
    await new Projection(stand.pool).untilReady();
    await stand.need('api');
    for (const { userId, token } of await apiCallers(stand, people)) this.tokens.set(userId, token);
  }

  close(): void {
    for (const lane of this.http) lane.close();
  }

  async growTo(count: number): Promise<void> {
    const ids = [...this.tokens.keys()] as SmallTenant['userId'][];
    this.tenants.push(...(await manyTenants(this.stand, ids, count - this.tenants.length)));
    await this.stand.settle();
    this.close(); // a server closes connections over which nothing was asked for longer than this may have taken
    this.http = await Promise.all(Array.from({ length: lanes }, () => HttpLane.open(this.stand.apiPort)));
    for (let nth = 0; nth < warmUps; nth += 1) await this.read(count);
  }

  private read(among: number): Promise<Sample> {
    return inLanes(this.stand.cpu, lanes, millisecondsOfLoad, async (nth) => {
      const tenant = this.tenants[Math.floor(Math.random() * among)];
      if (tenant === undefined) throw new RangeError('no tenants');
      const { tenantId, workspaceId, userId } = tenant;
      const token = this.tokens.get(userId) ?? '';
      const answer = await this.http[nth]?.send(
        bytesOf({ method: 'GET', path: `/v1/tenants/${tenantId}/workspaces/${workspaceId}`, token }),
      );
      if (answer?.status !== 200) throw new Error(`the guarded GET answered ${answer?.status}: ${answer?.body}`);
    });
  }

  /** Of requests in that many of the tenants, the oldest. */
  async samples(among: number): Promise<Sample[]> {
    await this.read(among);
    const samples: Sample[] = [];
    for (let nth = 0; nth < this.options.pairs; nth += 1) samples.push(await this.read(among));
    const cpu = median(samples.map(wholeCpu)).toFixed(2);
    this.options.progress(`  ${among} of ${this.tenants.length} tenants: ${cpu} ms of CPU a request`);
    return samples;
  }
}

const side = (label: string, samples: readonly Sample[]) =>
  ({ label, value: median(samples.map(rateOf)), unit: '/s', cpuPerOperation: cpuPerOperation(samples) }) as const;

const inWords = (count: number): string => count.toLocaleString('en-US');

export const growth: Row = {
  name: 'growth',
  about: 'CPU of a guarded read in 100,000 tenants, against 1,000',
  async run(stand: Stand, options: RunOptions): Promise<Outcome[]> {
    const bench = new GrowthBench(stand, options);
    await bench.prepare();
    await bench.growTo(few);
    const before = await bench.samples(few);
    const size = Math.max(2 * few, Math.round(many * options.scale));
    await bench.growTo(size);
    const anyOfMany = await bench.samples(size);
    const sameFew = await bench.samples(few);
    bench.close();
    const against = (ours: readonly Sample[]) => ({
      bar: { atMost: 1.3, stretch: 1.15, unit: 'x' } as const,
      values: ours.map((sample, nth) => wholeCpu(sample) / wholeCpu(before[nth] ?? sample)),
      ours: side(`among ${inWords(size)} tenants`, ours),
      bare: side(`${inWords(few)} tenants`, before),
    });
    return [
      {
        what: `CPU of a guarded GET in ${inWords(size)} tenants, drawn at random`,
        ...against(anyOfMany),
        notes: [
          `${lanes} in flight, ${people} callers, every request another tenant; the sizes one after the other, as a graph does not shrink`,
          'CPU of all processes; of so many tenants hardly one is asked for twice while an answer is kept, which is part of the difference',
        ],
      },
      {
        what: `CPU of a guarded GET in the same ${inWords(few)} tenants, when there are ${inWords(size)}`,
        ...against(sameFew),
        notes: ['what growth costs those who were there before'],
      },
    ];
  },
};
