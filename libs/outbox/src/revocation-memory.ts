import type { Consistency, GraphToken } from '#authorization';
import type { TenantId } from '#kernel';
import type { AppliedNews } from './applied-feed.ts';
import { RecentRevocations } from './read-your-writes.ts';

interface Remembered {
  readonly token: string;
  readonly until: number;
}

/** Past that, forgetting would cost memory and remembering would save nothing: every check asks for the newest graph. */
const mostTenants = 10_000;

/** Keeps what the workers told of revocations for as long as the engine may still answer from before them. */
export class RevocationMemory extends RecentRevocations {
  private readonly byTenant = new Map<string | null, Remembered>();

  constructor(
    private readonly stalenessMs: number,
    private readonly now: () => number = Date.now,
  ) {
    super();
  }

  applied(news: AppliedNews): void {
    if (news.zedToken === null || news.revokedTenants.length === 0) return;
    if (this.byTenant.size > mostTenants) this.sweep();
    const remembered: Remembered = { token: news.zedToken, until: this.now() + this.stalenessMs };
    for (const tenant of news.revokedTenants) this.byTenant.set(tenant, remembered);
  }

  /** Tokens of one tenant come from one shard, in order: the newest covers the others. A tenant's and the platform's do not compare. */
  override freshness(tenantId: TenantId | null): Consistency {
    const tokens = new Set<string>();
    for (const scope of tenantId === null ? [null] : [tenantId, null]) {
      const remembered = this.live(scope);
      if (remembered !== null) tokens.add(remembered.token);
    }
    const [token] = tokens;
    if (token === undefined) return { kind: 'minimize_latency' };
    return tokens.size === 1 ? { kind: 'at_least_as_fresh', token: token as GraphToken } : { kind: 'fully_consistent' };
  }

  private live(scope: string | null): Remembered | null {
    const remembered = this.byTenant.get(scope);
    if (remembered === undefined) return null;
    if (remembered.until > this.now()) return remembered;
    this.byTenant.delete(scope);
    return null;
  }

  private sweep(): void {
    for (const scope of [...this.byTenant.keys()]) this.live(scope);
  }
}
