import type { Relationship } from '#authorization';
import { PgGraphMapping } from '#iam/nest';
import type { TenantId, UserId } from '#kernel';
import type { GraphStretch, WalkedGraphRow } from '#outbox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { LiveRebuild, tenantEdge } from './support/live-rebuild.ts';
import { insertMembers } from './support/many-members.ts';
import { ProjectionBench } from './support/projection-bench.ts';

let bench: ProjectionBench;
beforeEach(async () => {
  bench = await ProjectionBench.open();
});
afterEach(() => bench?.close());

/** Says of one tenant that it has a member whom no engine takes. */
class Poisoned extends PgGraphMapping {
  poison: { readonly tenantId: string; readonly userId: string }[] = [];

  override async stretch(...asked: Parameters<PgGraphMapping['stretch']>): Promise<GraphStretch> {
    const { rows, ended } = await super.stretch(...asked);
    return {
      ended,
      rows: rows.map((row) => ({ ...row, cursor: () => row.cursor(), relationships: [...row.relationships, ...this.of(row)] })),
    };
  }

  private of({ tenantId, relationships }: WalkedGraphRow): Relationship[] {
    if (!relationships.some(({ relation }) => relation === 'platform')) return [];
    return this.poison.filter((of) => of.tenantId === tenantId).map(({ userId }) => tenantEdge(tenantId ?? '', 'member', userId));
  }
}

describe('P-4 P-10 what the engine refuses of a rebuild', () => {
  it.each(['in use', 'made anew'])('P-4 P-10 is set aside by its name, and everything else of a graph %s is there', async (kind) => {
    const mapping = new Poisoned();
    const worker = await bench.worker({ sweepMs: 100, mapping });
    const tenants = await Promise.all(Array.from({ length: 6 }, () => bench.user().then((admin) => bench.tenant(admin))));
    await bench.isExact();
    const lost = await insertMembers(bench.owner, tenants[1]?.id as TenantId, 3);
    mapping.poison = [{ tenantId: tenants[0]?.id ?? '', userId: 'bad id!' }];
    const rebuild = new LiveRebuild(worker);
    if (kind === 'in use') {
      await rebuild.begin();
      await rebuild.isDone();
    } else {
      await bench.engine.kill();
      await bench.engine.restart();
      await eventually(() => worker.observer.refusals.length > 0, { within: 20_000, what: 'a refusal' });
    }
    await bench.isExact(30_000);
    const [refused] = worker.observer.refusals;
    expect(refused?.edge).toBe(`tenant:${tenants[0]?.id}#member@user:bad id!`);
    const listed = await bench.owner.query<{ edge: string; error: string }>('SELECT edge, error FROM projection_refusals');
    expect(listed).toEqual([{ edge: refused?.edge, error: expect.stringContaining('INVALID_ARGUMENT') as string }]);
    expect(await rebuild.rebuilds.refused()).toBe(1);
    expect(await bench.allows(`tenant:${tenants[1]?.id}#access@user:${lost[0] as UserId}`)).toBe(true);
    expect(worker.observer.pauses).toEqual([]);
  });
});
