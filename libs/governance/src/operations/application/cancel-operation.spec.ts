import { RunnerStage } from '../testing/runner-stage.ts';
import { VersionMismatch } from '#kernel';
import { actingProduct, anId, contextOf } from '#kernel/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { OperationEnded, OperationNotFound } from '../domain/errors.ts';
import type { OperationId } from '../domain/operation.ts';
import { CancelOperation, CancelOperationHandler } from './cancel-operation.ts';

let stage: RunnerStage;
beforeEach(() => {
  stage = new RunnerStage();
});
const cancel = (operationId: OperationId, expectedVersion?: number) => {
  const { unitOfWork, repository, trail, bell, clock } = stage;
  const input = { operationId, ...(expectedVersion !== undefined && { expectedVersion }) };
  return new CancelOperationHandler(unitOfWork, repository, trail, bell, clock).execute(
    new CancelOperation(contextOf(actingProduct), input),
  );
};
const actions = () => stage.trail.entries.map(({ action }) => action);

describe('O-1 cancelling', () => {
  test('A-1 what nobody began ends it at once, and says who did it', async () => {
    const id = await stage.asked();
    expect(await cancel(id)).toEqual({ version: 2 });
    expect(stage.row(id)).toMatchObject({ state: 'cancelled', finishedAt: expect.any(Date) });
    const entry = { target: { type: 'operation', id }, before: { state: 'pending' }, after: { state: 'cancelled' } };
    expect(stage.trail.entries.at(-1)).toMatchObject({ action: 'operation.cancelled', actor: 'test', ...entry });
    expect(stage.bell.rung).toBe(2);
  });

  test('A-1 what a worker is at asks it to end, once however often it is asked', async () => {
    const id = await stage.asked();
    await stage.queue.claim('worker', ['count'], []);
    expect([await cancel(id), await cancel(id)]).toEqual([{ version: 3 }, { version: 3 }]);
    expect(stage.row(id)).toMatchObject({ state: 'running', cancelRequested: true });
    expect(actions()).toEqual(['operation.requested', 'operation.cancel_requested']);
  });

  test('what a fallen worker left ends it at once', async () => {
    const id = await stage.asked();
    await stage.queue.claim('fallen', ['count'], []);
    stage.lapse(id, 1);
    await cancel(id);
    expect(stage.row(id).state).toBe('cancelled');
  });

  test('what has ended is refused, and so are an unknown one and a version that is not the current one', async () => {
    const id = await stage.asked();
    await expect(cancel(id, 2)).rejects.toThrow(VersionMismatch);
    await cancel(id, 1);
    await expect(cancel(id)).rejects.toThrow(OperationEnded);
    await expect(cancel(anId())).rejects.toThrow(OperationNotFound);
    expect(actions()).toEqual(['operation.requested', 'operation.cancelled']);
  });
});
