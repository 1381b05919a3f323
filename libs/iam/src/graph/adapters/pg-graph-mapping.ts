import { graph, type Relationship, type RelationshipFilter } from '#authorization';
import { bucketOf, platformBucket, type SqlExecutor } from '#database';
import type { TenantId } from '#kernel';
import { GraphMapping, type AggregateRef, type GraphStretch, type LoggedEvent } from '#outbox';
import type { MemberSubjectType } from '../../workspaces/index.ts';
import { footprintOf, shortensEdges } from '../application/footprint.ts';
import { knownEvent } from '../application/known-event.ts';
import * as edges from '../application/edges.ts';
import { expectedRelationships } from './pg-graph-count-sql.ts';
import { phases, platformPhases } from './pg-graph-phases.ts';
import { byKey } from './pg-graph-rows-sql.ts';
import { edgesBehind } from './pg-graph-rows.ts';
import { stretchOf } from './pg-graph-stretch.ts';

/** The mapping of this library's tables and events to the graph. */
export class PgGraphMapping extends GraphMapping {
  override readonly phases = phases.length + platformPhases.length;
  override readonly ownedTypes = [graph.platform.type, graph.tenant.type, graph.group.type, graph.workspace.type, graph.resource.type];
  override readonly limiting = [
    { resourceType: graph.tenant.type, relation: graph.tenant.relations.suspended },
    { resourceType: graph.workspace.type, relation: graph.workspace.relations.archived },
  ];

  override footprint(event: LoggedEvent): readonly Relationship[] | null {
    const known = knownEvent(event);
    return known === null ? null : footprintOf(known);
  }

  override shortens(event: LoggedEvent): boolean {
    const known = knownEvent(event);
    return event.revoking && (known === null || shortensEdges(known));
  }

  override existing(snapshot: SqlExecutor, footprint: readonly Relationship[]): Promise<ReadonlyMap<string, Relationship>> {
    return edgesBehind(snapshot, footprint);
  }

  /** Aggregates are named `<id>`, or `<scope id>:<user id>` for memberships; those of workspaces `<scope id>:<subject type>:<subject id>`. */
  override aggregateFilters({ aggregateType, aggregateId, tenantId }: AggregateRef): readonly RelationshipFilter[] {
    const [scope = '', ...rest] = aggregateId.split(':');
    const subject = { subjectType: graph.user.type, subjectId: rest.at(-1) ?? '' };
    switch (aggregateType) {
      case 'tenant':
        return [{ resourceType: graph.tenant.type, resourceId: scope }];
      case 'tenant_membership':
        return [{ resourceType: graph.tenant.type, resourceId: scope, ...subject }];
      case 'workspace':
        return [{ resourceType: graph.workspace.type, resourceId: scope }];
      case 'workspace_membership':
        return [{ resourceType: graph.workspace.type, resourceId: scope, subjectType: subjectTypeOf(rest), subjectId: subject.subjectId }];
      case 'group':
        return [{ resourceType: graph.group.type, resourceId: scope }];
      case 'group_membership':
        return [{ resourceType: graph.group.type, resourceId: scope, ...subject }];
      case 'platform_admin':
      case 'user':
        return [userScope(scope, tenantId)];
      default:
        return [];
    }
  }

  override async aggregateRelationships(
    snapshot: SqlExecutor,
    { aggregateType, aggregateId, tenantId }: AggregateRef,
  ): Promise<readonly Relationship[]> {
    const [scope = '', ...rest] = aggregateId.split(':');
    const found = await edgesBehind(snapshot, wholeAggregate(aggregateType, scope, rest, tenantId));
    return [...found.values()];
  }

  override async stretch(
    snapshot: SqlExecutor,
    nth: number,
    buckets: readonly number[],
    after: string | null,
    limit: number,
  ): Promise<GraphStretch> {
    const phase = [...phases, ...platformPhases][nth];
    const own = buckets.filter((bucket) => (bucket === platformBucket) === nth >= phases.length);
    if (phase === undefined || own.length === 0) return { rows: [], ended: true };
    return stretchOf(snapshot, phase, { buckets: own, after, limit });
  }

  override async expected(snapshot: SqlExecutor): Promise<number> {
    const { rows } = await snapshot.query<{ relationships: string }>(expectedRelationships.text, [], expectedRelationships.name);
    return Number(rows[0]?.relationships ?? 0);
  }

  override async bucketsOf(snapshot: SqlExecutor, relationships: readonly Relationship[]): Promise<readonly (number | null)[]> {
    const idsOf = (type: string) => [
      ...new Set(relationships.filter(({ resource }) => resource.type === type).map(({ resource }) => resource.id)),
    ];
    const [tenants, workspaces, groups] = await Promise.all([
      snapshot.query<{ tenant_id: string }>(byKey.tenants.text, [idsOf(graph.tenant.type)], byKey.tenants.name),
      snapshot.query<{ tenant_id: string; workspace_id: string }>(
        byKey.workspaces.text,
        [idsOf(graph.workspace.type)],
        byKey.workspaces.name,
      ),
      snapshot.query<{ tenant_id: string; group_id: string }>(byKey.groups.text, [idsOf(graph.group.type)], byKey.groups.name),
    ]);
    const tenantOf = new Map<string, string>();
    for (const row of tenants.rows) tenantOf.set(`${graph.tenant.type}:${row.tenant_id}`, row.tenant_id);
    for (const row of workspaces.rows) tenantOf.set(`${graph.workspace.type}:${row.workspace_id}`, row.tenant_id);
    for (const row of groups.rows) tenantOf.set(`${graph.group.type}:${row.group_id}`, row.tenant_id);
    return relationships.map(({ resource }) => {
      if (resource.type === graph.platform.type) return platformBucket;
      const tenantId = tenantOf.get(`${resource.type}:${resource.id}`);
      return tenantId === undefined ? null : bucketOf(tenantId as TenantId);
    });
  }
}

function userScope(userId: string, tenantId: string | null): RelationshipFilter {
  const subject = { subjectType: graph.user.type, subjectId: userId };
  if (tenantId === null) return { resourceType: graph.platform.type, ...subject };
  return { resourceType: graph.tenant.type, resourceId: tenantId, ...subject };
}

const subjectTypeOf = ([type]: readonly string[]): MemberSubjectType => (type === 'group' ? 'group' : 'user');

/** Edges whose rows are those of the aggregate. */
function wholeAggregate(type: string, scope: string, rest: readonly string[], tenantId: string | null): Relationship[] {
  const subjectId = rest.at(-1) ?? '';
  switch (type) {
    case 'tenant':
      return [edges.tenantPlatform(scope)];
    case 'tenant_membership':
      return edges.tenantMembership(scope, subjectId);
    case 'workspace':
      return edges.workspaceArchival(scope);
    case 'workspace_membership':
      return edges.workspaceMembership(scope, subjectTypeOf(rest), subjectId);
    case 'group':
      return tenantId === null ? [] : [edges.groupTenant(scope, tenantId)];
    case 'group_membership':
      return edges.groupMembership(scope, subjectId);
    case 'platform_admin':
    case 'user':
      return tenantId === null ? [edges.platformAdministrator(scope)] : edges.tenantMembership(tenantId, scope);
    default:
      return [];
  }
}
