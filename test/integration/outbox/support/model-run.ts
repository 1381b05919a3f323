import { FailPoints } from '#database';
import type { GraphMapping } from '#outbox';
import { expect } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import { answersOfEngine, answersOfRows } from './checks-truth.ts';
import { edgesOfRows } from './graph-truth.ts';
import { ProjectionBench } from './projection-bench.ts';
import type { Step } from './random-commands.ts';
import { absent, isSubsequence, note, RecordingGraph, there, type Histories } from './recording-graph.ts';
import { SmallWorld } from './small-world.ts';

const points = ['after-read', 'before-graph-write', 'after-graph-write', 'after-bookkeeping', 'after-marker-read', 'after-marker-move'];

/** Checks of one state; which of all there are moves on from state to state. */
const sample = 100;

/** Plays commands against rows, a worker and an engine, and compares the graph with f(state) at every drain. */
export class ModelRun {
  readonly counts = {
    worlds: 0,
    commands: 0,
    refused: 0,
    crashes: 0,
    states: 0,
    edges: 0,
    checks: 0,
    allowed: 0,
    histories: 0,
    kinds: new Set<string>(),
  };
  private faults: string[] = [];
  private readonly written: Histories = new Map();

  private constructor(readonly bench: ProjectionBench) {}

  static async open(mapping?: GraphMapping): Promise<ModelRun> {
    const run = new ModelRun(await ProjectionBench.open());
    const failPoints = FailPoints.calling(async (name) => run.passes(name));
    await run.bench.worker({
      failPoints,
      sweepMs: 50,
      ...(mapping && { mapping }),
      through: (graph) => new RecordingGraph(graph, run.written),
    });
    await run.bench.settled();
    return run;
  }

  /** One world, from its creation to its last drain. What another world left behind is no fault of this one. */
  async play(steps: readonly Step[]): Promise<void> {
    const before = await this.bench.drift();
    const [world, committed] = [await SmallWorld.create(this.bench), new Map() as Histories];
    this.counts.worlds += 1;
    this.written.clear();
    await this.look(committed);
    for (const step of steps) {
      if (step.kind === 'crash') this.crash(step);
      else if (step.kind === 'drain') await this.compare(world, before);
      else if (step.kind === 'time passes') await this.noEndIsNear();
      else await this.take(world, step);
      await this.look(committed);
    }
    await this.compare(world, before);
    await this.look(committed);
    this.nothingWentBack(committed);
  }

  private async take(world: SmallWorld, step: Step): Promise<void> {
    const taken = await world.take(step);
    this.counts[taken ? 'commands' : 'refused'] += 1;
    if (taken) this.counts.kinds.add(step.kind);
  }

  private crash({ place, other }: Step): void {
    this.counts.crashes += 1;
    this.faults.push(points[(place * 6 + other) % points.length] as string);
  }

  private passes(name: string): void {
    const nth = this.faults.indexOf(name);
    if (nth === -1) return;
    this.faults.splice(nth, 1);
    throw new Error(`broken at ${name}`);
  }

  /** Notes what each edge is by now, by the rows; what has ended was there, and is not any more. */
  private async look(committed: Histories): Promise<void> {
    const now = await edgesOfRows(this.bench.owner);
    const named = new Set(now.map(({ edge }) => edge));
    for (const { edge, expiresAt, ended } of now) {
      note(committed, edge, there(expiresAt));
      if (ended) note(committed, edge, absent);
    }
    for (const edge of committed.keys()) if (!named.has(edge)) note(committed, edge, absent);
  }

  /** Two clocks are asked in turn: no end may come between them. */
  private async noEndIsNear(): Promise<void> {
    const near = `SELECT FROM tenant_members m WHERE expires_at BETWEEN now() - interval '50 ms' AND now() + interval '10 s'`;
    const everywhere = ['tenant_members', 'workspace_members', 'group_members'].map((table) => near.replace('tenant_members', table));
    await eventually(async () => (await this.bench.owner.query(everywhere.join(' UNION ALL '))).length === 0, { within: 5_000 });
  }

  private async compare(world: SmallWorld, before: { missing: string[]; extra: string[] }): Promise<void> {
    await this.bench.settled();
    this.faults = [];
    await this.noEndIsNear();
    const { missing, extra } = await this.bench.drift();
    const fresh = (found: string[], known: string[]) => found.filter((edge) => !known.includes(edge)).slice(0, 8);
    expect({ missing: fresh(missing, before.missing), extra: fresh(extra, before.extra) }).toEqual({ missing: [], extra: [] });
    this.counts.states += 1;
    this.counts.edges += (await edgesOfRows(this.bench.owner)).filter(({ ended }) => !ended).length;
    await this.compareChecks(world);
  }

  private async compareChecks({ tenants, users }: SmallWorld): Promise<void> {
    const all = await answersOfRows(this.bench, tenants, users);
    const stride = Math.max(1, Math.floor(all.length / sample));
    const some = all.filter((_, nth) => (nth + this.counts.states) % stride === 0);
    expect(await answersOfEngine(this.bench, some)).toEqual(some);
    this.counts.checks += some.length;
    this.counts.allowed += some.filter(({ allowed }) => allowed).length;
  }

  private nothingWentBack(committed: Histories): void {
    for (const [edge, history] of this.written) {
      if (edge.startsWith('projection_')) continue;
      const inRows = committed.get(edge) ?? [absent];
      expect({ edge, history, inRows, follows: isSubsequence(history, inRows) }).toMatchObject({ follows: true });
      this.counts.histories += 1;
    }
  }
}
