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
const millisecondsOfLoad = 5_000;

/** Guarded reads in tenants drawn at random: caches help less and less, indexes grow deeper. */
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
    this.http = await Promise.all(Array.from({ length: lanes }, () => HttpLane.open(stand.apiPort)));
  }

  close(): void {
    for (const lane of this.http) lane.close();
  }

  async growTo(count: number): Promise<void> {
    const ids = [...this.tokens.keys()] as SmallTenant['userId'][];
    this.tenants.push(...(await manyTenants(this.stand, ids, count - this.tenants.length)));
    await this.stand.pool.query('ANALYZE');
    await this.stand.settle();
    await this.read();
  }

  read(): Promise<Sample> {
    return inLanes(this.stand.cpu, lanes, millisecondsOfLoad * this.options.scale, async (nth) => {
      const tenant = this.tenants[Math.floor(Math.random() * this.tenants.length)];
      if (tenant === undefined) throw new RangeError('no tenants');
      const { tenantId, workspaceId, userId } = tenant;
      const token = this.tokens.get(userId) ?? '';
      const answer = await this.http[nth]?.send(
        bytesOf({ method: 'GET', path: `/v1/tenants/${tenantId}/workspaces/${workspaceId}`, token }),
      );
      if (answer?.status !== 200) throw new Error(`the guarded GET answered ${answer?.status}: ${answer?.body}`);
    });
  }

  async samples(): Promise<Sample[]> {
    const samples: Sample[] = [];
    for (let nth = 0; nth < this.options.pairs; nth += 1) samples.push(await this.read());
    this.options.progress(`  ${this.tenants.length} tenants: ${median(samples.map(wholeCpu)).toFixed(2)} ms of CPU a request`);
    return samples;
  }
}

const side = (label: string, samples: readonly Sample[]) =>
  ({ label, value: median(samples.map(rateOf)), unit: '/s', cpuPerOperation: cpuPerOperation(samples) }) as const;

export const growth: Row = {
  name: 'growth',
  about: 'CPU of a guarded read in 100,000 tenants, against 1,000',
  async run(stand: Stand, options: RunOptions): Promise<Outcome[]> {
    const bench = new GrowthBench(stand, options);
    await bench.prepare();
    await bench.growTo(few);
    const bare = await bench.samples();
    const size = Math.max(2 * few, Math.round(many * options.scale));
    await bench.growTo(size);
    const ours = await bench.samples();
    bench.close();
    return [
      {
        what: `CPU of a guarded GET in ${size.toLocaleString('en-US')} tenants, drawn at random`,
        bar: { atMost: 1.3, stretch: 1.15, unit: 'x' },
        values: ours.map((sample, nth) => wholeCpu(sample) / wholeCpu(bare[nth] ?? sample)),
        ours: side(`${size.toLocaleString('en-US')} tenants`, ours),
        bare: side(`${few.toLocaleString('en-US')} tenants`, bare),
        notes: [
          `${lanes} in flight, ${people} callers, every request another tenant; the sizes one after the other, as a graph does not shrink`,
          'CPU of all processes; what is in no cache is read anew, which is most of the difference',
        ],
      },
    ];
  },
};
