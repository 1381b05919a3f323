import { relationshipKey, type Relationship } from '#authorization';
import type { SqlExecutor } from '#database';
import { PgGraphMapping } from '#iam/nest';
import type { LoggedEvent } from '#outbox';
import { tenantRole, workspaceRole, groupRole } from '../../../libs/iam/src/graph/application/edges.ts';

type Payload = Readonly<Record<string, string>>;

/** Events after which nothing of their footprint is there. */
const takesAway = /removed|deleted|revoked|restored|unarchived/;

/**
 * What this product does not do: writes what the event said when it was made, as most projections do, and not what the rows say now. To
 * see that the checker finds it.
 */
export class DeltasInPlaceOfRows extends PgGraphMapping {
  private readonly said = new Map<string, Relationship | undefined>();

  override footprint(event: LoggedEvent): readonly Relationship[] | null {
    const touched = super.footprint(event);
    const present = new Set(this.presentAfter(event, touched ?? []).map(relationshipKey));
    for (const edge of touched ?? []) this.said.set(relationshipKey(edge), present.has(relationshipKey(edge)) ? edge : undefined);
    return touched;
  }

  override async existing(snapshot: SqlExecutor, footprint: readonly Relationship[]): Promise<ReadonlyMap<string, Relationship>> {
    const byRows = new Map(await super.existing(snapshot, footprint));
    for (const key of footprint.map(relationshipKey)) {
      if (!this.said.has(key)) continue;
      const edge = this.said.get(key);
      if (edge === undefined) byRows.delete(key);
      else byRows.set(key, byRows.get(key) ?? edge);
    }
    return byRows;
  }

  private presentAfter({ type, payload }: LoggedEvent, touched: readonly Relationship[]): readonly Relationship[] {
    if (takesAway.test(type)) return [];
    if (!type.endsWith('member_role_changed')) return touched;
    const { tenantId = '', userId = '', workspaceId = '', subjectType, subjectId = '', groupId = '', role = '' } = payload as Payload;
    if (type.startsWith('tenancy.')) return tenantRole(tenantId, userId, role);
    if (type.startsWith('groups.')) return groupRole(groupId, userId, role);
    return workspaceRole(workspaceId, subjectType === 'group' ? 'group' : 'user', subjectId, role);
  }
}
