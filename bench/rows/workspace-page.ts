import { graph, type CheckRequest } from '#authorization';
import type { UserId, WorkspaceId } from '#kernel';
import { apiCallers, type ApiCaller } from '../load/api-callers.ts';
import { bytesOf, HttpLane } from '../load/http-lane.ts';
import { Projection } from '../load/projection.ts';
import { WorkspaceTree } from '../load/workspace-tree.ts';
import type { Outcome } from '../measure/outcome.ts';
import { inPairs } from '../measure/pairs.ts';
import { cpuPerOperation, measureEach, wholeCpu, type Sample } from '../measure/sample.ts';
import { median } from '../measure/statistics.ts';
import type { Stand } from '../stand/stand.ts';
import type { Row, RunOptions } from './row.ts';

const pageSize = 100;
const treeSize = 400;
const pagesPerSample = 20;

/** A page of a list and as many single checks, each at a revision that nobody asked at before. */
class PageBench {
  private lane!: HttpLane;
  private caller!: ApiCaller;
  private shown: readonly WorkspaceId[] = [];

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
    this.caller = caller;
    this.lane = await HttpLane.open(stand.apiPort);
    await WorkspaceTree.grow({ pool: stand.pool, graph: stand.graph, tenantId: caller.tenantId, root: caller.workspaceId }, treeSize);
    await stand.settle();
    const { items } = JSON.parse(await this.page()) as { items: { id: WorkspaceId }[] };
    if (items.length !== pageSize) throw new Error(`a page of ${items.length}`);
    this.shown = items.map(({ id }) => id);
  }

  close(): void {
    this.lane.close();
  }

  listed(): Promise<Sample> {
    return this.sample(() => this.page());
  }

  checked(): Promise<Sample> {
    return this.sample(async () => {
      for (const id of this.shown) {
        if (!(await this.stand.graph.check(this.questionOf(id), 'fully_consistent'))) throw new Error('the bare check said no');
      }
    });
  }

  private sample(work: () => Promise<unknown>): Promise<Sample> {
    const count = Math.max(2, Math.round(pagesPerSample * this.options.scale));
    return measureEach(this.stand.cpu, count, () => this.comeAndGo(), work);
  }

  /** A revocation in the tenant: for the next second its checks ask for at least that state. */
  private async comeAndGo(): Promise<void> {
    const path = `/v1/tenants/${this.caller.tenantId}/members`;
    const token = await this.stand.tokenFor(`bench-${crypto.randomUUID()}`);
    const { id } = JSON.parse(await this.ask('GET', '/v1/me', token)) as { id: UserId };
    await this.ask('POST', path, this.caller.token, { user_id: id, role: 'member' });
    await this.ask('DELETE', `${path}/${id}`, this.caller.token);
  }

  private page(): Promise<string> {
    const { tenantId, token } = this.caller;
    return this.ask('GET', `/v1/tenants/${tenantId}/workspaces?page_size=${pageSize}`, token);
  }

  private async ask(method: 'GET' | 'POST' | 'DELETE', path: string, token: string, body?: object): Promise<string> {
    const headers: Record<string, string> = method === 'DELETE' ? { 'if-match': '"1"' } : {};
    const answer = await this.lane.send(bytesOf({ method, path, token, headers, ...(body && { body }) }));
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.body}`);
    return answer.body;
  }

  private questionOf(id: WorkspaceId): CheckRequest {
    return {
      resource: { type: graph.workspace.type, id },
      permission: graph.workspace.permissions.view,
      subject: { type: graph.user.type, id: this.caller.userId },
    };
  }
}

const side = (label: string, samples: readonly Sample[]) =>
  ({
    label,
    value: median(samples.map(({ latencies }) => median(latencies))),
    unit: 'ms',
    cpuPerOperation: cpuPerOperation(samples),
  }) as const;

export const workspacePage: Row = {
  name: 'workspace-page',
  about: 'A page of 100 workspaces at a fresh revision, against 100 bare checks',
  async run(stand: Stand, options: RunOptions): Promise<Outcome[]> {
    const bench = new PageBench(stand, options);
    await bench.prepare();
    const sides = { ours: () => bench.listed(), bare: () => bench.checked() };
    const pairs = await inPairs(options.pairs, sides, (nth, { ours, bare }) =>
      options.progress(
        `  pair ${nth + 1}/${options.pairs}: ${wholeCpu(ours).toFixed(1)} ms of CPU a page, ${wholeCpu(bare).toFixed(1)} ms for the checks`,
      ),
    );
    bench.close();
    return [
      {
        what: `A page of ${pageSize} workspaces at a fresh revision: how many times less CPU than the checks`,
        bar: { atLeast: 15, stretch: 30, unit: 'x' },
        values: pairs.map(({ ours, bare }) => wholeCpu(bare) / wholeCpu(ours)),
        ours: side(
          'p50 of a page over HTTP',
          pairs.map(({ ours }) => ours),
        ),
        bare: side(
          'p50 of 100 bare checks, one after the other',
          pairs.map((pair) => pair.bare),
        ),
        notes: ['of a tenant admin; a member is removed before each, so that both sides are asked at a new revision; CPU of all processes'],
      },
    ];
  },
};
