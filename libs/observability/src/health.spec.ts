import { describe, expect, it } from 'vitest';
import { healthOf, type HealthFinding, type HealthProbe } from './health.ts';

const probe = (name: string, essential: boolean, check: () => Promise<HealthFinding>): HealthProbe => ({ name, essential, check });
const fine = () => Promise.resolve({});
const broken = () => Promise.reject(new Error('password=hunter2'));

describe('health', () => {
  it('P-11 a part that is not essential degrades, and is named', async () => {
    const report = await healthOf([probe('postgres', true, fine), probe('queue', false, broken)]);
    expect(report).toMatchObject({
      status: 'degraded',
      degraded: ['queue'],
      parts: { postgres: { status: 'ok' }, queue: { status: 'down' } },
    });
  });

  it('an essential part that is down takes the process down; degraded, it does not', async () => {
    expect((await healthOf([probe('postgres', true, broken)])).status).toBe('down');
    expect((await healthOf([probe('graph', true, () => Promise.resolve({ degraded: 'rebuilding' }))])).status).toBe('degraded');
  });

  it('what a part says when it fails is not shown', async () => {
    expect(JSON.stringify(await healthOf([probe('postgres', true, broken)]))).not.toContain('hunter2');
  });
});
