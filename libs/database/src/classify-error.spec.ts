import { DomainError } from '#kernel';
import { describe, expect, it } from 'vitest';
import { classifyDatabaseError, isRetryable } from './classify-error.ts';
import { ConstraintViolation, DatabaseUnavailable } from './database.ts';

const driverError = (code: string, more: object = {}) => Object.assign(new Error('some words of the driver'), { code, ...more });

class Refusal extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'refusal';
}

describe('I-8 what PostgreSQL answers', () => {
  it.each(['08006', '53300', '57P01', '57P03', '57014', '58030', '55P03', '25006', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EAI_AGAIN'])(
    'I-8 is an outage: %s',
    (code) => {
      expect(classifyDatabaseError(driverError(code))).toBeInstanceOf(DatabaseUnavailable);
    },
  );

  it.each(['Connection terminated unexpectedly', 'timeout exceeded when trying to connect', 'Client was closed and is not queryable'])(
    'I-8 is an outage without a code too: %s',
    (message) => {
      expect(classifyDatabaseError(new Error(message))).toBeInstanceOf(DatabaseUnavailable);
    },
  );

  it('H-1 is a broken rule of the tables, by the name of the constraint and without its words', () => {
    const classified = classifyDatabaseError(driverError('23505', { constraint: 'tenants_slug_unique' }));
    expect(classified).toBeInstanceOf(ConstraintViolation);
    expect(classified).toMatchObject({ constraint: 'tenants_slug_unique', sqlState: '23505' });
    expect((classified as Error).message).not.toContain('driver');
  });

  it.each(['40P01', '40001'])('may pass in another transaction: %s', (code) => {
    expect(isRetryable(driverError(code))).toBe(true);
    expect(classifyDatabaseError(driverError(code))).not.toBeInstanceOf(DomainError);
  });

  it.each(['42P01', '22P02', 'ERR_ASSERTION'])('is a fault of ours and stays what it is: %s', (code) => {
    const error = driverError(code);
    expect(classifyDatabaseError(error)).toBe(error);
    expect(isRetryable(error)).toBe(false);
  });

  it('is left alone when it has a name already, or is no error', () => {
    const refusal = new Refusal('no');
    expect(classifyDatabaseError(refusal)).toBe(refusal);
    expect(classifyDatabaseError('text')).toBe('text');
    expect(isRetryable(null)).toBe(false);
  });
});
