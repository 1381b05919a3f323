import { DRIFT_KINDS } from '#outbox';
import type { DriftLedger, LedgerStatus } from '#outbox/nest';
import { Gauge, type Registry } from 'prom-client';

/** Asked when scraped. When PostgreSQL cannot be asked they are absent, not stale. */
export function watchDrift(ledger: DriftLedger, registry: Registry): void {
  let asked: Promise<LedgerStatus | null> | undefined;
  const status = () =>
    (asked ??= ledger
      .status()
      .catch(() => null)
      .finally(() => (asked = undefined)));
  const drift = new Gauge({
    name: 'tenantry_drift_relationships',
    help: 'Relationships that were not as the rows say when continuous verification last looked',
    labelNames: ['kind'],
    registers: [registry],
    collect: async () => {
      const found = await status();
      drift.reset();
      for (const kind of found === null ? [] : DRIFT_KINDS) drift.set({ kind }, found?.counts[kind] ?? 0);
    },
  });
  const age: Gauge = new Gauge({
    name: 'tenantry_verification_age_seconds',
    help: 'Time since continuous verification last came past all tenants; absent before the first time',
    labelNames: [],
    registers: [registry],
    collect: async () => {
      const finished = (await status())?.roundFinishedAt;
      age.remove();
      if (finished) age.set((Date.now() - finished.getTime()) / 1_000);
    },
  });
}
