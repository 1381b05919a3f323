import { edge } from '#authorization/testing';
import { FailPoints } from '#database';
import { SystemClock, type UnitOfWork } from '#kernel';
import { describe, expect, it } from 'vitest';
import type { Drift } from '../verify/drift.ts';
import type { DriftVerification } from '../verify/drift-verification.ts';
import type { SettledRows } from '../verify/settled-rows.ts';
import { DriftRepair } from './drift-repair.ts';

const drifted = (nth: number): Drift => ({
  ...{ kind: 'missing', relationship: edge(`tenant:t#member@user:${nth}`), tenantId: 't' },
  ...{ expected: 'present', found: 'absent', surplus: false, revoking: false },
});

describe('P-9 a repair over a shard that stands still', () => {
  it('P-9 looks at all it handed over with one patience, so that it ends in minutes however much that was', async () => {
    let patiences = 0;
    const verification = {
      async *drifts() {
        for (let nth = 0; nth < 5_000; nth += 1) yield drifted(nth);
      },
      confirmation: () => {
        patiences += 1;
        return { confirm: async (edges: readonly unknown[]) => ({ drifts: [], unsettled: edges.length }) };
      },
    } as unknown as DriftVerification;
    const rows = { areWaiting: async () => false } as unknown as SettledRows;
    const unitOfWork = { run: async () => undefined } as unknown as UnitOfWork;
    const nothing = async () => undefined;
    const outcome = await new DriftRepair({ verification, rows, unitOfWork, clock: new SystemClock(), failPoints: FailPoints.none }).run({
      ...{ id: 'r', scope: { kind: 'all' }, dryRun: false, pruneCap: null, signal: new AbortController().signal },
      ...{ progress: nothing, written: nothing },
    });
    expect(outcome).toMatchObject({ left: [], notApplied: 5_000 });
    expect(patiences).toBe(1);
  });
});
