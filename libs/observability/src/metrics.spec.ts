import { ProjectionMonitor, type ProjectionStatus } from '#outbox';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { HttpMetrics } from './http-metrics.ts';
import { watchProjection } from './projection-metrics.ts';

class FakeMonitor extends ProjectionMonitor {
  asked = 0;
  answer: () => Promise<ProjectionStatus> = () => Promise.reject(new Error('no database'));

  override status(): Promise<ProjectionStatus> {
    this.asked += 1;
    return this.answer();
  }
}

const status: ProjectionStatus = {
  epoch: 'e',
  status: 'ready',
  shards: [{ shard: 2, holder: null, paused: 'grants', pauseReason: 'x', pending: 7, dead: 1, lagSeconds: 1.5 }],
};

describe('P-11 metrics', () => {
  it('P-11 pending, dead, lag and pauses are there for each shard, from one question a scrape', async () => {
    const monitor = new FakeMonitor();
    monitor.answer = () => Promise.resolve(status);
    const registry = new Registry();
    watchProjection(monitor, registry);
    const page = await registry.metrics();
    for (const line of [
      'outbox_pending{shard="2"} 7',
      'outbox_dead{shard="2"} 1',
      'projection_lag_seconds{shard="2"} 1.5',
      'projection_paused{shard="2"} 1',
    ]) {
      expect(page).toContain(`tenantry_${line}`);
    }
    expect(monitor.asked).toBe(1);
  });

  it('P-11 values do not outlive the database that gave them', async () => {
    const monitor = new FakeMonitor();
    monitor.answer = () => Promise.resolve(status);
    const registry = new Registry();
    watchProjection(monitor, registry);
    await registry.metrics();
    monitor.answer = () => Promise.reject(new Error('down'));
    expect(await registry.metrics()).not.toContain('shard="2"');
  });

  it('requests are counted by route pattern and status', async () => {
    const registry = new Registry();
    const metrics = new HttpMetrics(registry);
    metrics.observe('GET', '/v1/tenants/:tenant', 200, 0.004);
    metrics.graphCalls('/v1/tenants/:tenant', 1);
    expect(await registry.metrics()).toContain(
      'tenantry_http_request_duration_seconds_count{method="GET",route="/v1/tenants/:tenant",status="200"} 1',
    );
  });
});
