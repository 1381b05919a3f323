import { ArchiveWorkspace, CreateChildWorkspace, CreateTenant, MoveWorkspace, UnarchiveWorkspace } from '#iam';
import type { TenantId, UserId, WorkspaceId } from '#kernel';
import { actingUser } from '#kernel/testing';
import type { RunningIam } from './running-iam.ts';
import type { TwoProcesses } from './two-processes.ts';

type Act<Result> = (iam: RunningIam) => Promise<Result>;

/** A tenant of Ada's with nothing but its root, and what she can do to the tree in either process. */
export class TreeScene {
  private names = 0;

  private constructor(
    private readonly both: TwoProcesses,
    readonly ada: UserId,
    readonly tenantId: TenantId,
    readonly root: WorkspaceId,
  ) {}

  static async open(both: TwoProcesses): Promise<TreeScene> {
    const ada = await both.owner.insertUser();
    const founded = await both.left.do(actingUser(ada), CreateTenant, { name: 'Acme' });
    return new TreeScene(both, ada, founded.tenant_id, founded.root_workspace_id);
  }

  create(parentId: WorkspaceId, name?: string): Act<WorkspaceId> {
    this.names += 1;
    const input = { tenantId: this.tenantId, parentId, name: name ?? `w${this.names}` };
    return async (iam) => (await iam.do(actingUser(this.ada), CreateChildWorkspace, input)).workspace_id;
  }

  move(workspaceId: WorkspaceId, parentId: WorkspaceId): Act<unknown> {
    return (iam) => iam.do(actingUser(this.ada), MoveWorkspace, { tenantId: this.tenantId, workspaceId, parentId });
  }

  archive(workspaceId: WorkspaceId, subtree = false): Act<unknown> {
    return (iam) => iam.do(actingUser(this.ada), ArchiveWorkspace, { tenantId: this.tenantId, workspaceId, subtree });
  }

  unarchive(workspaceId: WorkspaceId): Act<unknown> {
    return (iam) => iam.do(actingUser(this.ada), UnarchiveWorkspace, { tenantId: this.tenantId, workspaceId });
  }

  /** There is such a child, before any race begins. */
  child(parentId: WorkspaceId = this.root): Promise<WorkspaceId> {
    return this.create(parentId)(this.both.left);
  }

  /** Workspaces that no path from the root reaches: there are some as soon as there is a cycle. */
  lost(): Promise<object[]> {
    return this.both.owner.query(
      `WITH RECURSIVE reached (id) AS (
         SELECT id FROM workspaces WHERE tenant_id = $1 AND parent_id IS NULL
         UNION ALL SELECT w.id FROM reached r JOIN workspaces w ON w.parent_id = r.id)
       SELECT id FROM workspaces WHERE tenant_id = $1 AND id NOT IN (SELECT id FROM reached)`,
      [this.tenantId],
    );
  }

  activeBelowArchived(): Promise<object[]> {
    return this.both.owner.query(
      `SELECT c.id FROM workspaces c JOIN workspaces p ON p.id = c.parent_id
       WHERE c.tenant_id = $1 AND c.state = 'active' AND p.state = 'archived'`,
      [this.tenantId],
    );
  }

  /** Types of the events about a workspace and its members. */
  async toldAbout(workspaceId: WorkspaceId): Promise<string[]> {
    const events = await this.both.owner.eventsAbout(this.tenantId);
    return events.filter(({ payload }) => payload.workspaceId === workspaceId).map(({ type }) => type);
  }
}
