import { SystemClock, UlidGenerator } from '#kernel';
import { LogRetention } from '#outbox/nest';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { LoggingRetentionObserver } from './logging-retention-observer.ts';

describe('a round of cutting the log that fails', () => {
  it('is logged with its error and counted, and ends quietly', async () => {
    const errors: object[] = [];
    const registry = new Registry();
    const logger = { info: () => undefined, error: (what: object) => errors.push(what) };
    const broken = new Error('permission denied');
    const purge = { run: () => Promise.reject(broken) } as unknown as ConstructorParameters<typeof LogRetention>[0];
    const retention = new LogRetention(purge, new SystemClock(), new UlidGenerator(), 30);
    await retention.round(new LoggingRetentionObserver(logger as never, registry));
    expect(errors).toEqual([{ err: broken }]);
    expect(await registry.metrics()).toContain('tenantry_log_retention_failures_total 1');
  });
});
