import { setTimeout as pause } from 'node:timers/promises';
import { graph, type CheckRequest } from '#authorization';
import type { Stand } from '../stand/stand.ts';
import type { Membership } from './memberships.ts';

const limitMs = 30_000;

/** Seen by SpiceDB's newest state: the permission that every role of a tenant gives. */
const questionOf = ({ tenantId, userId }: Membership): CheckRequest => ({
  resource: { type: graph.tenant.type, id: tenantId },
  permission: graph.tenant.permissions.access,
  subject: { type: graph.user.type, id: userId },
});

/** Milliseconds since 1970, finer than the wall clock gives them. */
export const wallClock = (): number => performance.timeOrigin + performance.now();

/** From the commit in PostgreSQL until SpiceDB, asked for its newest state again and again, says yes. */
export class Visibility {
  private constructor(
    private readonly stand: Stand,
    /** What PostgreSQL's clock shows beyond ours, in milliseconds. */
    private readonly clockAhead: number,
  ) {}

  static async of(stand: Stand): Promise<Visibility> {
    const { rows } = await stand.pool.query<{ setting: string }>("SELECT current_setting('track_commit_timestamp') AS setting");
    if (rows[0]?.setting !== 'on') throw new Error('PostgreSQL needs track_commit_timestamp=on, to tell when each change was committed');
    const readings: { trip: number; ahead: number }[] = [];
    for (let nth = 0; nth < 20; nth += 1) {
      const asked = wallClock();
      const answer = await stand.pool.query<{ ms: string }>('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms');
      const trip = wallClock() - asked;
      readings.push({ trip, ahead: Number(answer.rows[0]?.ms) - (asked + trip / 2) });
    }
    readings.sort((a, b) => a.trip - b.trip);
    return new Visibility(stand, readings[0]?.ahead ?? 0);
  }

  check(membership: Membership): Promise<boolean> {
    return this.stand.graph.check(questionOf(membership), 'fully_consistent');
  }

  /**
   * The moment of the first yes. One check at a time, `gapMs` apart: a check of the newest state is cached by nobody, and whoever
   * watches takes the CPU that the projection needs.
   */
  async seen(membership: Membership, gapMs: number): Promise<number> {
    const end = wallClock() + limitMs;
    while (!(await this.check(membership))) {
      if (wallClock() > end) throw new Error(`not visible within ${limitMs / 1000} s`);
      await pause(gapMs);
    }
    return wallClock();
  }

  /** Milliseconds from commit to yes, for memberships and the moments at which they were seen. */
  async latencies(all: readonly (Membership & { readonly seenAt: number })[]): Promise<number[]> {
    const { rows } = await this.stand.pool.query<{ nth: string; committed: string }>(
      `SELECT nth, extract(epoch FROM pg_xact_commit_timestamp(m.xmin)) * 1000 AS committed
        FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (tenant_id, user_id, nth) JOIN tenant_members m USING (tenant_id, user_id)`,
      [all.map(({ tenantId }) => tenantId), all.map(({ userId }) => userId)],
    );
    if (rows.length !== all.length) throw new Error('a member that was seen is not in the database');
    return rows.map(({ nth, committed }) => (all[Number(nth) - 1]?.seenAt ?? Number.NaN) - (Number(committed) - this.clockAhead));
  }
}
