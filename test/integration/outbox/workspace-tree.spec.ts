import {
  ForwardingAuthorizationProvider,
  relationshipKey,
  type GraphToken,
  type Precondition,
  type RelationshipUpdate,
} from '#authorization';
import {
  ArchiveWorkspace,
  ChangeWorkspaceInheritance,
  CreateChildWorkspace,
  DeleteWorkspace,
  MoveWorkspace,
  UnarchiveWorkspace,
} from '#iam';
import type { TenantId, UserId, WorkspaceId } from '#kernel';
import { actingUser } from '#kernel/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ProjectionBench } from './support/projection-bench.ts';

let bench: ProjectionBench;
let ada: UserId;
let tenantId: TenantId;
let root: WorkspaceId;
const calls: string[][] = [];

/** Keeps what each call wrote, together. */
class CallByCall extends ForwardingAuthorizationProvider {
  override async write(updates: readonly RelationshipUpdate[], preconditions?: readonly Precondition[]): Promise<GraphToken> {
    const token = await super.write(updates, preconditions);
    calls.push(updates.map(({ operation, relationship }) => `${operation} ${relationshipKey(relationship)}`));
    return token;
  }
}

beforeAll(async () => {
  bench = await ProjectionBench.open();
  await bench.worker({ through: (graph) => new CallByCall(graph) });
  ada = await bench.user();
  ({ id: tenantId, root } = await bench.tenant(ada));
});
afterAll(() => bench?.close());

let names = 0;
const child = async (parentId: WorkspaceId): Promise<WorkspaceId> => {
  names += 1;
  return (await bench.iam.do(actingUser(ada), CreateChildWorkspace, { tenantId, parentId, name: `w${names}` })).workspace_id;
};

/** The calls that a command made on the graph, edge by edge. */
async function callsOf(command: () => Promise<unknown>): Promise<string[][]> {
  await bench.settled(60_000);
  calls.length = 0;
  await command();
  await bench.isExact();
  return calls.map((edges) => edges.filter((edge) => edge.includes('workspace:')).sort()).filter((edges) => edges.length > 0);
}

/** Fills a branch up to so many workspaces, in chains of ten below `top`. */
async function branchOf(count: number, top: WorkspaceId): Promise<void> {
  const lengths = Array.from({ length: Math.ceil((count - 1) / 10) }, (_, chain) => Math.min(10, count - 1 - chain * 10));
  const builder = async () => {
    for (let length = lengths.pop(); length !== undefined; length = lengths.pop()) {
      let parent = top;
      for (let at = 0; at < length; at += 1) parent = await child(parent);
    }
  };
  await Promise.all(Array.from({ length: 6 }, builder));
}

describe('the tree in the graph', () => {
  test('W-2 moving a branch of 1,000 workspaces changes one relationship, in one call: its own edge to the parent', async () => {
    const [top, target] = [await child(root), await child(root)];
    await branchOf(1_000, top);
    const written = await callsOf(() => bench.iam.do(actingUser(ada), MoveWorkspace, { tenantId, workspaceId: top, parentId: target }));
    expect(written).toEqual([
      [`delete workspace:${top}#inherits@workspace:${root}`, `touch workspace:${top}#inherits@workspace:${target}`],
    ]);
  }, 120_000);

  test('W-5 switching inheritance is one edge', async () => {
    const parent = await child(root);
    const workspaceId = await child(parent);
    const inherit = (inherits: boolean, expectedVersion: number) => () =>
      bench.iam.do(actingUser(ada), ChangeWorkspaceInheritance, { tenantId, workspaceId, inherits, expectedVersion });
    const edge = `workspace:${workspaceId}#inherits@workspace:${parent}`;
    expect(await callsOf(inherit(false, 1))).toEqual([[`delete ${edge}`]]);
    expect(await callsOf(inherit(true, 2))).toEqual([[`touch ${edge}`]]);
  });

  test('W-4 an archive takes and gives back what can be done, and leaves sight', async () => {
    const workspaceId = await child(root);
    const at = { tenantId, workspaceId };
    const may = (permission: string) => bench.allows(`workspace:${workspaceId}#${permission}@user:${ada}`);
    await callsOf(() => bench.iam.do(actingUser(ada), ArchiveWorkspace, { ...at, subtree: false }));
    expect([await may('see'), await may('view'), await may('manage'), await may('own')]).toEqual([true, false, false, true]);
    await callsOf(() => bench.iam.do(actingUser(ada), UnarchiveWorkspace, at));
    expect([await may('see'), await may('view'), await may('manage')]).toEqual([true, true, true]);
  });

  test('W-3 nothing of a deleted workspace is left in the graph', async () => {
    const workspaceId = await child(root);
    await callsOf(() => bench.iam.do(actingUser(ada), DeleteWorkspace, { tenantId, workspaceId, expectedVersion: 1 }));
    const left: unknown[] = [];
    const filter = { resourceType: 'workspace', resourceId: workspaceId };
    for await (const edge of bench.graph.read(filter, { kind: 'fully_consistent' })) left.push(edge);
    expect(left).toEqual([]);
  });
});
