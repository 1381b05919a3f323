import type { Consistency, GraphToken } from '#authorization';
import type { TenantId } from '#kernel';
import { covers, revisionOf, type AppliedNews, type Revision } from './applied-feed.ts';
import { RecentRevocations } from './read-your-writes.ts';

interface Remembered {
  readonly revision: Revision;
  readonly until: number;
}

/** Past that many, remembering each would cost memory and save little: for a while every check asks for the newest graph. */
const mostTenants = 10_000;

/** Keeps what the workers told of revocations for as long as the engine may still answer from before them. */
export class RevocationMemory extends RecentRevocations {
  /** Of each tenant, null being the platform, one revision per shard that told of it: there are two only after its bucket moved. */
  private readonly byTenant = new Map<string | null, readonly Remembered[]>();
  private crowdedUntil = -Infinity;

  constructor(
    private readonly stalenessMs: number,
    private readonly now: () => number = Date.now,
  ) {
    super();
  }

  applied(news: AppliedNews): void {
    const revision = revisionOf(news);
    if (revision === null || news.revokedTenants.length === 0) return;
    const until = this.now() + this.stalenessMs;
    for (const tenant of news.revokedTenants) this.remember(tenant, { revision, until });
    if (this.byTenant.size > mostTenants) this.makeRoom();
  }

  /** News is heard in any order: of one shard the newest revision covers the others. Those of two shards do not compare. */
  private remember(tenant: string | null, heard: Remembered): void {
    const live = this.live(tenant);
    const same = live.find(({ revision }) => revision.shard === heard.revision.shard);
    const newest = same !== undefined && covers(same.revision, heard.revision) ? same.revision : heard.revision;
    this.byTenant.set(tenant, [...live.filter((other) => other !== same), { revision: newest, until: heard.until }]);
  }

  /** A tenant's and the platform's do not compare either. */
  override freshness(tenantId: TenantId | null): Consistency {
    if (this.now() < this.crowdedUntil) return { kind: 'fully_consistent' };
    const tokens = new Set<string>();
    for (const scope of tenantId === null ? [null] : [tenantId, null]) {
      for (const { revision } of this.live(scope)) tokens.add(revision.zedToken);
    }
    const [token] = tokens;
    if (token === undefined) return { kind: 'minimize_latency' };
    return tokens.size === 1 ? { kind: 'at_least_as_fresh', token: token as GraphToken } : { kind: 'fully_consistent' };
  }

  private live(scope: string | null): readonly Remembered[] {
    const remembered = this.byTenant.get(scope);
    if (remembered === undefined) return [];
    const live = remembered.filter(({ until }) => until > this.now());
    if (live.length === 0) this.byTenant.delete(scope);
    return live;
  }

  private makeRoom(): void {
    for (const scope of [...this.byTenant.keys()]) this.live(scope);
    if (this.byTenant.size <= mostTenants) return;
    this.byTenant.clear();
    this.crowdedUntil = this.now() + this.stalenessMs;
  }
}
