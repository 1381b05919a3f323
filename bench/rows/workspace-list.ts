import type { UserId, WorkspaceId } from '#kernel';
import { apiCallers, type ApiCaller } from '../load/api-callers.ts';
import { bytesOf, HttpLane, type HttpRequest } from '../load/http-lane.ts';
import { Projection } from '../load/projection.ts';
import { WorkspaceTree } from '../load/workspace-tree.ts';
import type { Outcome } from '../measure/outcome.ts';
import { inPairs, ratiosOf, type Pair } from '../measure/pairs.ts';
import { cpuPerOperation, measure, type Sample } from '../measure/sample.ts';
import { median, percentile } from '../measure/statistics.ts';
import type { Stand } from '../stand/stand.ts';
import type { Row, RunOptions } from './row.ts';

const workspaces = 10_000;
const pageSize = 100;
const secondsOfOne = 3;

interface Reader {
  readonly name: string;
  readonly request: Buffer;
}

async function send(lane: HttpLane, request: HttpRequest): Promise<string> {
  const { status, body } = await lane.send(bytesOf(request));
  if (status >= 300) throw new Error(`${request.method} ${request.path} answered ${status}: ${body}`);
  return body;
}

/** First pages of the same tenant's workspaces, for callers who see more or less of it. */
class WorkspaceListBench {
  private readonly calls = new Map<string, number>();

  private constructor(
    private readonly stand: Stand,
    private readonly options: RunOptions,
    private readonly lane: HttpLane,
    readonly all: Reader,
    private readonly made: { readonly others: readonly Reader[]; readonly size: number },
  ) {}

  static async prepare(stand: Stand, options: RunOptions): Promise<WorkspaceListBench> {
    await stand.need('worker');
    await new Projection(stand.pool).untilReady();
    await stand.need('api');
    const [admin] = await apiCallers(stand, 1);
    if (admin === undefined) throw new RangeError('no caller');
    const lane = await HttpLane.open(stand.apiPort);
    const { pool, graph } = stand;
    const { tenantId, workspaceId: root } = admin;
    const tree = await WorkspaceTree.grow({ pool, graph, tenantId, root }, Math.max(400, workspaces * options.scale));
    const { branches, leaves } = tree;
    const shares: readonly (readonly [string, readonly WorkspaceId[]])[] = [
      ['half', branches.slice(0, Math.round(branches.length / 2))],
      ['1 %', branches.slice(0, Math.max(1, Math.round(branches.length / 100)))],
      ['20', leaves.filter((_, nth) => nth % Math.floor(leaves.length / 20) === 0).slice(0, 20)],
      ['none', []],
    ];
    const others: Reader[] = [];
    for (const [name, visible] of shares) {
      const { token, userId } = await member(stand, lane, admin);
      await tree.letView(userId, visible);
      others.push({ name, request: firstPage(admin, token) });
    }
    await stand.settle();
    return new WorkspaceListBench(
      stand,
      options,
      lane,
      { name: 'all', request: firstPage(admin, admin.token) },
      {
        others,
        size: 1 + branches.length + leaves.length,
      },
    );
  }

  get others(): readonly Reader[] {
    return this.made.others;
  }

  get size(): number {
    return this.made.size;
  }

  /** One page after the other, for so long; the calls of the graph that they cost are counted by the API itself. */
  async read({ name, request }: Reader): Promise<Sample> {
    const before = await this.graphCalls();
    const sample = await measure(this.stand.cpu, async () => {
      const latencies: number[] = [];
      const end = performance.now() + secondsOfOne * 1000 * this.options.scale;
      for (let started = performance.now(); started < end;) {
        const { status, body } = await this.lane.send(request);
        if (status !== 200) throw new Error(`the list answered ${status}: ${body}`);
        const now = performance.now();
        latencies.push(now - started);
        started = now;
      }
      return { operations: latencies.length, latencies };
    });
    this.calls.set(name, ((await this.graphCalls()) - before) / sample.operations);
    return sample;
  }

  callsOf(name: string): string {
    return (this.calls.get(name) ?? Number.NaN).toFixed(2);
  }

  close(): void {
    this.lane.close();
  }

  private async graphCalls(): Promise<number> {
    const page = await (await fetch(`http://127.0.0.1:${this.stand.apiPort}/metrics`)).text();
    return [...page.matchAll(/tenantry_graph_calls_total{call="check\w*"} (\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
  }
}

const firstPage = ({ tenantId }: ApiCaller, token: string): Buffer =>
  bytesOf({ method: 'GET', path: `/v1/tenants/${tenantId}/workspaces?page_size=${pageSize}`, token });

async function member(stand: Stand, lane: HttpLane, admin: ApiCaller): Promise<{ token: string; userId: UserId }> {
  const token = await stand.tokenFor(`bench-${crypto.randomUUID()}`);
  const { id: userId } = JSON.parse(await send(lane, { method: 'GET', path: '/v1/me', token })) as { id: UserId };
  const path = `/v1/tenants/${admin.tenantId}/members`;
  await send(lane, { method: 'POST', path, token: admin.token, body: { user_id: userId, role: 'member' } });
  return { token, userId };
}

const p50 = ({ latencies }: Sample): number => median(latencies);

function outcome(bench: WorkspaceListBench, name: string, pairs: readonly Pair[]): Outcome {
  const [ours, bare] = [pairs.map((pair) => pair.ours), pairs.map((pair) => pair.bare)];
  const side = (label: string, samples: readonly Sample[]) =>
    ({ label, value: median(samples.map(p50)), unit: 'ms', cpuPerOperation: cpuPerOperation(samples) }) as const;
  const p99 = (samples: readonly Sample[]) =>
    percentile(
      samples.flatMap(({ latencies }) => latencies),
      0.99,
    ).toFixed(1);
  return {
    what: `First page of ${pageSize} of the workspaces of a tenant, for a caller who sees ${name}`,
    bar: { atMost: 2, stretch: 1.2, unit: 'x' },
    values: ratiosOf(pairs, p50),
    ours: side(`sees ${name}`, ours),
    bare: side('the same page for a tenant admin, who sees all', bare),
    notes: [
      `${bench.size.toLocaleString('en-US')} workspaces; p50, one in flight, minimize_latency; p99 ${p99(ours)} ms, of the admin ${p99(bare)} ms`,
      `calls of SpiceDB a page: ${bench.callsOf(name)}, of the admin ${bench.callsOf('all')}`,
    ],
  };
}

export const workspaceList: Row = {
  name: 'workspace-list',
  about: 'First page of 10,000 workspaces, for callers who see more or less of them',
  async run(stand: Stand, options: RunOptions): Promise<Outcome[]> {
    const bench = await WorkspaceListBench.prepare(stand, options);
    const outcomes: Outcome[] = [];
    for (const reader of bench.others) {
      for (const warm of [reader, bench.all]) await bench.read(warm);
      const sides = { ours: () => bench.read(reader), bare: () => bench.read(bench.all) };
      const pairs = await inPairs(options.pairs, sides, (nth, { ours, bare }) =>
        options.progress(
          `  ${reader.name}, pair ${nth + 1}/${options.pairs}: p50 ${p50(ours).toFixed(2)} ms, all ${p50(bare).toFixed(2)} ms`,
        ),
      );
      outcomes.push(outcome(bench, reader.name, pairs));
    }
    bench.close();
    return outcomes;
  },
};
