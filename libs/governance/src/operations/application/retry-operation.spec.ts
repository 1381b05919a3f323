import { VersionMismatch } from '#kernel';
import { actingProduct, anId, contextOf } from '#kernel/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { OperationInProgress, OperationNotFound, OperationNotRetryable } from '../domain/errors.ts';
import type { OperationId } from '../domain/operation.ts';
import { RunnerStage } from '../testing/runner-stage.ts';
import { RetryOperation, RetryOperationHandler } from './retry-operation.ts';

let stage: RunnerStage;
beforeEach(() => {
  stage = new RunnerStage();
});
const retry = (operationId: OperationId, expectedVersion?: number) => {
  const input = { operationId, ...(expectedVersion !== undefined && { expectedVersion }) };
  const command = new RetryOperation(contextOf(actingProduct), input);
  return new RetryOperationHandler(stage.unitOfWork, stage.repository, stage.operations).execute(command);
};
const failedAt = async (checkpoint: number): Promise<OperationId> => {
  const id = await stage.asked('count', { size: 9 });
  const hold = { runner: `runner of ${id}`, id };
  await stage.queue.claim(hold.runner, ['count'], []);
  await stage.queue.report(hold, { done: checkpoint, total: 9 }, checkpoint);
  await stage.queue.end(hold, { done: checkpoint, total: 9 }, { state: 'failed', failure: { code: 'no_luck', message: 'No.' } });
  return id;
};

describe('O-1 retrying', () => {
  test('A-1 asks for the same again, from where it stood, and says who did', async () => {
    const old = await failedAt(4);
    const { id, version } = await retry(old);
    expect(version).toBe(1);
    expect(stage.row(id)).toMatchObject({ kind: 'count', input: { size: 9 }, checkpoint: 4, retryOf: old, state: 'pending', attempts: 0 });
    expect(stage.row(old).state).toBe('failed');
    const entry = { action: 'operation.retried', target: { type: 'operation', id: old }, actor: 'test' };
    expect(stage.trail.entries.at(-1)).toMatchObject({ ...entry, after: { operation: id, kind: 'count', input: { size: 9 } } });
    expect(stage.bell.rung).toBe(2);
  });

  test('is for what failed or was cancelled', async () => {
    await expect(retry(await failedAt(1), 1)).rejects.toThrow(VersionMismatch);
    const pending = await stage.asked();
    await expect(retry(pending)).rejects.toThrow(OperationNotRetryable);
    await stage.cancelled(pending);
    await retry(pending);
    await expect(retry(anId())).rejects.toThrow(OperationNotFound);
  });

  test('is refused while a retry of the same is open, which is named', async () => {
    const old = await failedAt(4);
    const { id } = await retry(old);
    const refused = await retry(old).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(OperationInProgress);
    expect((refused as OperationInProgress).running).toBe(id);
    await stage.cancelled(id);
    await retry(old);
  });
});
