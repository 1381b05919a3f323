import type { Database } from '#database';
import type { JsonObject, OperationId, OperationRequest, Operations } from '#governance';
import { platformScope, type ExecutionContext, type TenantId, type UnitOfWork } from '#kernel';
import { findTenant } from './postgres/find-tenant.ts';
import { rebuildRequest } from './rebuild/rebuild-request.ts';
import { NoSuchTenant } from './repair/errors.ts';

export interface VerifyRequest {
  /** Id or slug; absent: everywhere. */
  readonly tenant?: string;
}

export interface RepairRequest extends VerifyRequest {
  readonly dryRun?: boolean;
  /** The most relationships that may go; default 1,000, or a twentieth of the graph when that is more. */
  readonly pruneCap?: number;
}

export interface RequestedOperation {
  readonly id: OperationId;
  readonly version: number;
}

export interface GraphDeskPorts {
  readonly database: Database;
  readonly unitOfWork: UnitOfWork;
  readonly operations: Operations;
}

/** What operators ask for of the graph as a whole, at the command line and over HTTP. Throws `NoSuchTenant`, and `OperationInProgress` while the same is under way. */
export class GraphDesk {
  constructor(private readonly ports: GraphDeskPorts) {}

  async verify(context: ExecutionContext, { tenant }: VerifyRequest): Promise<RequestedOperation> {
    const tenantId = await this.tenantId(tenant);
    const input: JsonObject = tenantId === null ? {} : { tenant_id: tenantId };
    return this.request(context, { kind: 'verify', tenantId: null, input, exclusive: tenantId === null ? 'verify' : `verify:${tenantId}` });
  }

  /** One at a time, wherever. */
  async repair(context: ExecutionContext, { tenant, dryRun = false, pruneCap }: RepairRequest): Promise<RequestedOperation> {
    const tenantId = await this.tenantId(tenant);
    const input: JsonObject = {
      ...(tenantId !== null && { tenant_id: tenantId }),
      ...(pruneCap !== undefined && { prune_cap: pruneCap }),
      dry_run: dryRun,
    };
    return this.request(context, { kind: 'repair', tenantId: null, input, exclusive: 'repair' });
  }

  /** The graph in use is made again while everything goes on; from scratch, it counts as lost until it is whole. */
  async rebuild(context: ExecutionContext, { fromScratch = false }: { readonly fromScratch?: boolean }): Promise<RequestedOperation> {
    return this.request(context, rebuildRequest(fromScratch));
  }

  /** The operation is the platform's, whomever it is about: the tenant's own people neither ask for it nor read of it. */
  private request(context: ExecutionContext, request: OperationRequest): Promise<RequestedOperation> {
    const { unitOfWork, operations } = this.ports;
    return unitOfWork.run(context, platformScope, (tx) => operations.request(tx, context, request));
  }

  private async tenantId(named: string | undefined): Promise<TenantId | null> {
    if (named === undefined) return null;
    const tenantId = await findTenant(this.ports.database, named);
    if (tenantId === null) throw new NoSuchTenant(named);
    return tenantId;
  }
}
