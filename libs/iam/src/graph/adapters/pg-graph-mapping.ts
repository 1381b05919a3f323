import { graph, type Relationship, type RelationshipFilter } from '#authorization';
import { bucketOf, platformBucket, type SqlExecutor } from '#database';
import type { TenantId } from '#kernel';
import { GraphMapping, type AggregateRef, type GraphChunk, type LoggedEvent, type OwnedRelationship } from '#outbox';
import type { MemberSubjectType } from '../../workspaces/index.ts';
import { footprintOf, shortensEdges } from '../application/footprint.ts';
import { knownEvent } from '../application/known-event.ts';
import * as edges from '../application/edges.ts';
import { phases, type Phase } from './pg-graph-phases.ts';
import { byKey } from './pg-graph-rows-sql.ts';
import { edgesBehind } from './pg-graph-rows.ts';

/** Rows read at once while rebuilding. Most belong to other shards: those are passed over. */
const stride = 2_000;

const noKey: readonly [string, string] = ['', ''];

/** The mapping of this library's tables and events to the graph. */
export class PgGraphMapping extends GraphMapping {
  override readonly phases = phases.length;
  override readonly ownedTypes = [graph.platform.type, graph.tenant.type, graph.group.type, graph.workspace.type, graph.resource.type];

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

  override async chunk(
    snapshot: SqlExecutor,
    nth: number,
    buckets: readonly number[],
    after: string | null,
    limit: number,
  ): Promise<GraphChunk> {
    const phase = phases[nth];
    if (phase === undefined) return { relationships: [], next: null };
    const key = after === null ? noKey : (JSON.parse(after) as [string, string]);
    const { rows } = await snapshot.query<never>(phase.statement.text, [...key, stride], phase.statement.name);
    return cut(phase, rows, new Set(buckets), limit);
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

/** Stops before the edges of a row would go over the limit; the next chunk begins with that row. */
function cut(phase: Phase, rows: readonly never[], buckets: ReadonlySet<number>, limit: number): GraphChunk {
  const relationships: OwnedRelationship[] = [];
  let last: readonly [string, string] | null = null;
  for (const row of rows) {
    const tenantId = phase.tenantOf(row);
    if (buckets.has(bucketOf(tenantId as TenantId | null))) {
      if (relationships.length + phase.edgesPerRow > limit) return { relationships, next: JSON.stringify(last) };
      relationships.push(...phase.edgesOf(row).map((relationship) => ({ tenantId, relationship })));
    }
    last = phase.keyOf(row);
  }
  return { relationships, next: rows.length < stride ? null : JSON.stringify(last) };
}
