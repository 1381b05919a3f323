import type { AuditTrail } from '#governance';
import { ExecutionContext, platformScope, type TenantId, type UnitOfWork } from '#kernel';
import { setTimeout as pause } from 'node:timers/promises';
import type { ProjectionMonitor } from '../read-your-writes.ts';
import type { DriftRepair } from '../repair/drift-repair.ts';
import { PruneCapExceeded, TooMuchDrift } from '../repair/errors.ts';
import type { DriftLedger } from './drift-ledger.ts';
import { newTally, type DriftVerification, type VerifyScope } from './drift-verification.ts';
import { mostFindings } from './verify-operation.ts';
import { findingOf, type Finding } from './drift.ts';

/** What operators want to see of it. Implementations must not throw. */
export abstract class VerificationObserver {
  abstract verified(tenants: number): void;
  abstract found(findings: readonly Finding[]): void;
  /** The next look tries again. */
  abstract failed(error: unknown): void;
}

export interface ContinuousSettings {
  /** 0: it does not run. */
  readonly tenantsPerMinute: number;
  /** Put right what is found, as long as no more than 1,000 relationships are to go in one round. */
  readonly repair: boolean;
  /** Unique to this process. */
  readonly holder: string;
  /** Names this piece of work in the log. */
  readonly requestId: () => string;
}

export interface ContinuousPorts {
  readonly verification: DriftVerification;
  readonly repair: DriftRepair;
  readonly ledger: DriftLedger;
  readonly monitor: ProjectionMonitor;
  readonly unitOfWork: UnitOfWork;
  readonly audit: AuditTrail;
  readonly observer: VerificationObserver;
}

/** Seconds of lag beyond which verifying leaves both engines to the projection. */
const busyLagSeconds = 5;

/** Over all tenants together: a wrong database differs a little everywhere. */
const mostPrunedInRound = 1_000;

/** A third of the lease, which a tenant with a million members, read gently, outlasts. */
const renewEveryMs = 20_000;

/** A tenant that is never at rest is looked at again in the next round. */
const patience = { each: 2_000, total: 2_000 };

/** Verifies all tenants, one after the other, round after round: at a set pace, by one process at a time, and only while the projection has little to do. */
export class ContinuousVerification {
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;
  private mayPrune = mostPrunedInRound;

  constructor(
    private readonly ports: ContinuousPorts,
    private readonly settings: ContinuousSettings,
  ) {}

  start(): void {
    if (this.settings.tenantsPerMinute > 0) this.running = this.loop();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.ports.ledger.release(this.settings.holder).catch(() => undefined);
  }

  private async loop(): Promise<void> {
    const { signal } = this.stopping;
    const everyMs = 60_000 / this.settings.tenantsPerMinute;
    while (!signal.aborted) {
      const began = Date.now();
      await this.step().catch((error: unknown) => (signal.aborted ? undefined : this.ports.observer.failed(error)));
      await pause(Math.max(0, everyMs - (Date.now() - began)), undefined, { signal }).catch(() => undefined);
    }
  }

  /** The next tenant, or what belongs to none when the round has come past all of them. */
  async step(): Promise<void> {
    const { ledger, observer } = this.ports;
    const { holder } = this.settings;
    const turn = (await this.isQuiet()) ? await ledger.claim(holder) : null;
    if (turn === null) return;
    const [tenantId] = await ledger.tenants(turn.tenantsAfter, 1);
    if (tenantId === undefined) {
      await this.holding(this.look({ kind: 'unowned' }, null));
      await ledger.finished(holder);
      this.mayPrune = mostPrunedInRound;
      return;
    }
    await this.holding(this.look({ kind: 'tenant', tenantId }, tenantId));
    await ledger.passed(holder, tenantId);
    observer.verified(1);
  }

  /** Nobody else looks at the same meanwhile, however long it takes, unless this process sleeps past its lease: then what it found does not count. */
  private async holding(look: Promise<void>): Promise<void> {
    const { ledger } = this.ports;
    const renewing = setInterval(() => void ledger.renew(this.settings.holder).catch(() => undefined), renewEveryMs);
    await look.finally(() => clearInterval(renewing));
  }

  private async isQuiet(): Promise<boolean> {
    const { status, shards } = await this.ports.monitor.status();
    return status === 'ready' && shards.every(({ lagSeconds }) => lagSeconds <= busyLagSeconds);
  }

  private async look(scope: VerifyScope, tenantId: string | null): Promise<void> {
    const findings = await this.findings(scope);
    if (findings === null) return;
    await this.record(tenantId, findings);
    if (findings.length === 0 || !this.settings.repair) return;
    const { signal } = this.stopping;
    const nothing = async () => undefined;
    const id = this.settings.requestId();
    const repair = { id, scope, dryRun: false, pruneCap: this.mayPrune, signal, progress: nothing, written: nothing };
    const outcome = await this.ports.repair.run(repair).catch((error: unknown) => this.refused(error));
    this.mayPrune -= outcome?.toGo ?? 0;
    const left = await this.findings(scope);
    if (left !== null) await this.record(tenantId, left);
  }

  /** One tenant with more to go than a repair may take away must not keep all that come after it from being looked at. */
  private refused(error: unknown): null {
    if (!(error instanceof PruneCapExceeded) && !(error instanceof TooMuchDrift)) throw error;
    this.ports.observer.failed(error);
    return null;
  }

  /** Null: it was not at rest, so nothing new is known of it. */
  private async findings(scope: VerifyScope): Promise<Finding[] | null> {
    const { signal } = this.stopping;
    const findings: Finding[] = [];
    const tally = newTally();
    const run = { signal, patience, tally, gently: true, progress: async () => undefined };
    for await (const drift of this.ports.verification.drifts(scope, run)) {
      findings.push(findingOf(drift));
      if (findings.length >= mostFindings) break;
    }
    return tally.unsettled > 0 ? null : findings;
  }

  /** What is found anew is written into the audit trail, once and not with every round. */
  private async record(tenantId: string | null, findings: readonly Finding[]): Promise<void> {
    const { unitOfWork, ledger, audit, observer } = this.ports;
    const context = new ExecutionContext({ kind: 'system', id: 'projection-verification' }, this.settings.requestId());
    const fresh = await unitOfWork.run(context, platformScope, async (tx) => {
      const unknown = await ledger.record(tx, tenantId, findings);
      for (const { kind, relationship, expected, found } of unknown) {
        const target = { type: 'relationship', id: relationship.slice(0, 255) };
        const after = { kind, relationship, expected, found };
        await audit.record(tx, context, { action: 'projection.drift_found', target, tenantId: tenantId as TenantId | null, after });
      }
      return unknown;
    });
    if (fresh.length > 0) observer.found(fresh);
  }
}
