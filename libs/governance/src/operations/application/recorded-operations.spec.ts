import { InMemoryGovernance } from '#governance/testing';
import { platformScope, type TenantId } from '#kernel';
import { actingProduct, anId, contextOf } from '#kernel/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { OperationInProgress } from '../domain/errors.ts';

let governance: InMemoryGovernance;
beforeEach(() => {
  governance = new InMemoryGovernance();
});
const request = (wanted: { exclusive?: string; tenantId?: TenantId } = {}) => {
  const context = contextOf(actingProduct);
  const operation = { kind: 'verify', tenantId: null, input: { deep: true }, ...wanted };
  return governance.unitOfWork.run(context, platformScope, (tx) => governance.operations.request(tx, context, operation));
};

describe('O-1 asking for long work', () => {
  test('A-1 leaves the operation and who asked for it, in one transaction, and calls the workers', async () => {
    const tenantId = anId<TenantId>();
    const { id, version } = await request({ tenantId });
    expect(governance.row(id)).toMatchObject({ kind: 'verify', tenantId, state: 'pending', requestedBy: actingProduct, version });
    const entry = { action: 'operation.requested', target: { type: 'operation', id }, tenantId, actor: 'test' };
    expect(governance.trail.entries).toEqual([{ ...entry, after: { kind: 'verify', input: { deep: true } } }]);
    expect(governance.bell.rung).toBe(1);
  });

  test('A-1 that is refused leaves nothing, and calls nobody', async () => {
    await request({ exclusive: 'verify' });
    await expect(request({ exclusive: 'verify' })).rejects.toThrow(OperationInProgress);
    expect([governance.rows.all().length, governance.trail.entries.length, governance.bell.rung]).toEqual([1, 1, 1]);
  });
});
