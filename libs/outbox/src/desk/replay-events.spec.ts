import { describe, expect, it } from 'vitest';
import { EventRecords, type WalkedEvents } from './event-records.ts';
import type { LogExtent } from './event-selector.ts';
import { ReplayEvents, type ReplayPorts } from './replay-events.ts';

/** A long log of which nothing answers. */
class LongRecords extends EventRecords {
  steps = 0;

  override async extent(): Promise<LogExtent> {
    const committedAt = '2026-01-02T03:04:05.000000Z';
    return { first: { position: 1n, committedAt }, newest: { position: 9n, committedAt }, lastDrawn: 9n };
  }
  override async walk(): Promise<WalkedEvents> {
    this.steps += 1;
    return { rows: [], next: this.steps < 2_000 ? BigInt(this.steps) : null };
  }
  override find(): Promise<null> {
    return Promise.resolve(null);
  }
  override tenantId(): Promise<null> {
    return Promise.resolve(null);
  }
}

describe('P-8 a replay that is tried dry', () => {
  it('P-8 looks only so far for events that hardly any answers to, and says that there may be more', async () => {
    const records = new LongRecords();
    const replay = new ReplayEvents({ records } as unknown as ReplayPorts);
    const selectors = { from_position: '1', type: 'tenancy.member_added' };
    expect(await replay.preview({ selectors }, 20_000)).toMatchObject({ matched: 0, complete: false });
    expect(records.steps).toBe(40);
  });
});
