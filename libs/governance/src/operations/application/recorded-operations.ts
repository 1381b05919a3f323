import type { Clock, ExecutionContext, IdGenerator, Transaction } from '#kernel';
import type { AuditTrail } from '../../audit/index.ts';
import type { NewOperation, OperationRepository } from '../domain/operation-repository.ts';
import type { OperationId, OperationRequest } from '../domain/operation.ts';
import type { OperationSnapshot } from '../domain/stored-operation.ts';
import type { OperationsBell } from './operations-bell.ts';
import { Operations } from './operations.ts';

type Wanted = Omit<NewOperation, 'id' | 'requestedBy' | 'requestId' | 'createdAt'>;

/** Row and audit entry in the transaction of who asks; workers are called when it is committed. */
export class RecordedOperations extends Operations {
  constructor(
    private readonly repository: OperationRepository,
    private readonly trail: AuditTrail,
    private readonly ids: IdGenerator,
    private readonly clock: Clock,
    private readonly bell: OperationsBell,
  ) {
    super();
  }

  override async request(
    tx: Transaction,
    context: ExecutionContext,
    request: OperationRequest,
  ): Promise<{ id: OperationId; version: number }> {
    const { kind, tenantId, input, exclusive = null } = request;
    const id = await this.insert(tx, context, { kind, tenantId, input, exclusive, checkpoint: null, retryOf: null });
    const target = { type: 'operation', id };
    await this.trail.record(tx, context, { action: 'operation.requested', target, tenantId, after: { kind, input } });
    return { id, version: 1 };
  }

  /** The same once more, from where the old one stood. Throws `OperationInProgress`. */
  async again(tx: Transaction, context: ExecutionContext, old: OperationSnapshot): Promise<{ id: OperationId; version: number }> {
    const { kind, tenantId, input, exclusive, checkpoint } = old;
    const id = await this.insert(tx, context, { kind, tenantId, input, exclusive, checkpoint, retryOf: old.id });
    const target = { type: 'operation', id: old.id };
    await this.trail.record(tx, context, { action: 'operation.retried', target, tenantId, after: { operation: id, kind, input } });
    return { id, version: 1 };
  }

  private async insert(tx: Transaction, context: ExecutionContext, wanted: Wanted): Promise<OperationId> {
    const id = this.ids.next<OperationId>();
    const asked = { requestedBy: context.actor, requestId: context.requestId, createdAt: this.clock.now() };
    await this.repository.insert(tx, { ...wanted, ...asked, id });
    tx.afterCommit(() => this.bell.ring());
    return id;
  }
}
