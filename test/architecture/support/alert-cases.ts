import type { Series } from './promtool.ts';

export interface AlertCase {
  readonly alert: string;
  /** What happens, for the name of the test. */
  readonly when: string;
  /** Over the healthy world; an empty text takes a series away. One sample a minute. */
  readonly series: Series;
  /** When it must fire, and be the only one of its name. */
  readonly minute?: number;
  /** Besides the severity. */
  readonly labels?: Readonly<Record<string, string>>;
  /** A minute at which it must not fire yet. */
  readonly quietAt?: number;
}

const requests = 'tenantry_http_request_duration_seconds_count';
const ok = `${requests}{method="GET",route="/v1/me",status="200"}`;
const bucket = (le: string) => `tenantry_projection_delay_seconds_bucket{shard="0",le="${le}"}`;

/** Two shards, one api and one worker, a request a second. */
export const healthy: Series = {
  'tenantry_projection_lag_seconds{shard="0",job="api"}': '0x60',
  'tenantry_projection_lag_seconds{shard="0",job="worker"}': '0x60',
  'tenantry_projection_lag_seconds{shard="1",job="worker"}': '1 0 2 0x57',
  'tenantry_projection_held{shard="0"}': '1x60',
  'tenantry_projection_held{shard="1"}': '1x60',
  'tenantry_projection_paused{shard="0"}': '0x60',
  'tenantry_projection_paused{shard="1"}': '0x60',
  'tenantry_projection_retries_total{shard="0"}': '0 1 1 1x57',
  [bucket('0.05')]: '0+50x60',
  [bucket('10')]: '0+50x60',
  [bucket('+Inf')]: '0+50x60',
  'tenantry_outbox_dead{shard="0"}': '0x60',
  'tenantry_outbox_oldest_dead_seconds{shard="0"}': '0x60',
  tenantry_graph_rebuilding_seconds: '0x5 60 120 0x53',
  'tenantry_drift_relationships{kind="missing"}': '0x60',
  tenantry_verification_age_seconds: '0+60x60',
  [ok]: '0+60x60',
  [`${requests}{method="GET",route="/v1/me",status="404"}`]: '0+20x60',
  [`${requests}{method="GET",route="/v1/me",status="500"}`]: '0x20 1x40',
  [`${requests}{method="GET",route="/v1/me",status="503"}`]: '0x20 1x40',
  'tenantry_operations{kind="replay",state="succeeded"}': '3x60',
  'tenantry_operations{kind="replay",state="running"}': '1x60',
  'tenantry_operations_unattended_seconds{kind="replay"}': '0x60',
};

const withoutLag: Series = Object.fromEntries(
  Object.keys(healthy)
    .filter((name) => name.startsWith('tenantry_projection_lag_seconds'))
    .map((name) => [name, '']),
);

export const alertCases: readonly AlertCase[] = [
  { alert: 'TenantryNotMeasured', when: 'no process is scraped', series: withoutLag, quietAt: 4 },
  {
    alert: 'TenantryProjectionStuck',
    when: 'the oldest event of a shard grows older and older',
    series: { 'tenantry_projection_lag_seconds{shard="1",job="worker"}': '0 0 0+60x57' },
    labels: { shard: '1' },
    quietAt: 3,
  },
  {
    alert: 'TenantryProjectionSlow',
    when: 'one in ten events takes more than ten seconds',
    series: { [bucket('0.05')]: '0+45x60', [bucket('10')]: '0+45x60', [bucket('+Inf')]: '0+50x60' },
    minute: 12,
    quietAt: 4,
  },
  {
    alert: 'TenantryShardWithoutWorker',
    when: 'the last worker is gone',
    series: { 'tenantry_projection_held{shard="1"}': '1x5 0x55' },
    labels: { shard: '1' },
    quietAt: 6,
  },
  {
    alert: 'TenantryShardPaused',
    when: 'a shard stays paused',
    series: { 'tenantry_projection_paused{shard="1"}': '0x2 1x57' },
    labels: { shard: '1' },
    quietAt: 5,
  },
  {
    alert: 'TenantryDeadEvents',
    when: 'an event is dead',
    series: { 'tenantry_outbox_dead{shard="0"}': '0x5 1x55' },
    labels: { shard: '0' },
    quietAt: 5,
  },
  {
    alert: 'TenantryDeadEventsForgotten',
    when: 'a dead event is more than a day old',
    series: { 'tenantry_outbox_oldest_dead_seconds{shard="0"}': '86100+60x60' },
    labels: { shard: '0' },
    quietAt: 5,
  },
  {
    alert: 'TenantryGraphOutage',
    when: 'every turn fails',
    series: { 'tenantry_projection_retries_total{shard="0"}': '0x3 30+30x57' },
    quietAt: 4,
  },
  {
    alert: 'TenantryGraphRebuildingLong',
    when: 'a rebuild takes more than half an hour',
    series: { tenantry_graph_rebuilding_seconds: '0+60x60' },
    minute: 31,
    quietAt: 29,
  },
  {
    alert: 'TenantryDriftFound',
    when: 'a verification found drift',
    series: { 'tenantry_drift_relationships{kind="missing"}': '0x5 200x55' },
    labels: { kind: 'missing' },
    quietAt: 5,
  },
  {
    alert: 'TenantryVerificationOld',
    when: 'no verification ended for two days',
    series: { tenantry_verification_age_seconds: '172500+60x60' },
    quietAt: 4,
  },
  {
    alert: 'TenantryApiErrors',
    when: 'one request in twenty fails',
    series: { [`${requests}{method="GET",route="/v1/me",status="500"}`]: '0+4x60' },
    quietAt: 4,
  },
  {
    alert: 'TenantryApiRefusesForOutage',
    when: 'one request in five is answered with 503',
    series: { [`${requests}{method="GET",route="/v1/me",status="503"}`]: '0+20x60' },
    quietAt: 1,
  },
  {
    alert: 'TenantryOperationFailed',
    when: 'an operation failed and nobody tried it again',
    series: { 'tenantry_operations{kind="replay",state="failed"}': '_x5 1x55' },
    labels: { kind: 'replay' },
    quietAt: 4,
  },
  {
    alert: 'TenantryOperationUnattended',
    when: 'an operation waits and no worker takes it',
    series: { 'tenantry_operations_unattended_seconds{kind="replay"}': '0+60x60' },
    labels: { kind: 'replay' },
    quietAt: 5,
  },
];
