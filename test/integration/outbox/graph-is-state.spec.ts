import { FailPoints } from '#database';
import type { TenantId, UserId } from '#kernel';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { edgesOfState } from './support/graph-truth.ts';
import { ProjectionBench } from './support/projection-bench.ts';
import { SmallWorld, step, type Step } from './support/random-commands.ts';
import { note, RecordingGraph } from './support/recording-graph.ts';

const points = ['after-read', 'before-graph-write', 'after-graph-write', 'after-bookkeeping', 'after-marker-read', 'after-marker-move'];

let bench: ProjectionBench;
let faults: string[] = [];
const written = new Map<string, boolean[]>();

beforeAll(async () => {
  bench = await ProjectionBench.open();
  const failPoints = FailPoints.calling(async (name) => {
    const nth = faults.indexOf(name);
    if (nth === -1) return;
    faults.splice(nth, 1);
    throw new Error(`broken at ${name}`);
  });
  await bench.worker({ failPoints, through: (graph) => new RecordingGraph(graph, written) });
});
afterAll(() => bench?.close());

/** Who may do what, worked out from rows without the mapping and without the engine. */
async function truth(tenantId: TenantId, userId: UserId): Promise<Record<string, boolean>> {
  const [row] = await bench.owner.query<{ state: string; status: string; role: string | null; governs: boolean }>(
    `SELECT t.state, u.status, m.role, EXISTS (SELECT FROM platform_admins a WHERE a.user_id = u.id) AS governs
     FROM tenants t CROSS JOIN users u LEFT JOIN tenant_members m ON m.tenant_id = t.id AND m.user_id = u.id
     WHERE t.id = $1 AND u.id = $2`,
    [tenantId, userId],
  );
  const active = row?.status === 'active';
  const inside = active && row.state === 'active' && row.role !== null;
  const govern = active && row.governs;
  return {
    access: inside,
    view: inside || govern,
    operate: inside && row.role !== 'member',
    administrate: inside && row.role === 'admin',
    govern,
  };
}

async function play(steps: readonly Step[]): Promise<void> {
  const world = await SmallWorld.create(bench);
  const committed = new Map<string, boolean[]>();
  let before = new Set<string>();
  const look = async () => {
    const now = new Set(await edgesOfState(bench.owner));
    for (const edge of now) note(committed, edge, true);
    for (const edge of before) if (!now.has(edge)) note(committed, edge, false);
    before = now;
  };
  written.clear();
  await look();
  for (const chosen of steps) {
    if (chosen.kind === 'crash') faults.push(points[(chosen.tenant * 4 + chosen.user) % points.length] as string);
    else if (await world.take(chosen)) await look();
  }
  await bench.settled();
  faults = [];
  await bench.isExact();
  for (const [edge, history] of written) {
    const [comings, inRows] = [history.length, committed.get(edge)?.length ?? 0];
    if (edge.startsWith('tenant:') && world.places.some((id) => edge.includes(id))) {
      expect({ edge, comings: comings <= inRows }).toEqual({ edge, comings: true });
    }
  }
  for (const tenantId of world.places) {
    for (const userId of world.people) {
      for (const [permission, expected] of Object.entries(await truth(tenantId, userId))) {
        const question = `tenant:${tenantId}#${permission}@user:${userId}`;
        expect(`${question} ${await bench.allows(question)}`).toBe(`${question} ${expected}`);
      }
    }
  }
}

describe('the graph and the rows', () => {
  it('P-1 P-12 after any commands, through crashes at any step, the graph is f(state), no edge ever went back, and checks say the truth', async () => {
    const seed = Number(process.env.FAST_CHECK_SEED ?? Date.now() % 1_000_000);
    console.info(`random commands: FAST_CHECK_SEED=${seed}`);
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 25, size: 'max' }), play), {
      seed,
      numRuns: Number(process.env.FAST_CHECK_RUNS ?? 30),
      endOnFailure: true,
    });
  }, 240_000);
});
