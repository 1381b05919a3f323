import { executorOf } from '#database';
import type { DatabaseConnection } from '#database/nest';
import type { TenantMemberEvent } from '#iam';
import { AggregateRoot, ExecutionContext, platformScope, UlidGenerator, type TenantId, type Transaction, type UserId } from '#kernel';

export interface Membership {
  readonly tenantId: TenantId;
  readonly userId: UserId;
}

export interface Step extends Membership {
  readonly kind: 'add' | 'remove';
}

const ids = new UlidGenerator();
const stepsPerTransaction = 1_000;

/** Records the events of a membership as the product does, without reading anything before: a load is made, no rule is kept. */
class RecordedMembership extends AggregateRoot<TenantMemberEvent> {
  constructor(private readonly membership: Membership) {
    super('tenant_membership', 0);
  }

  step(kind: Step['kind'], occurredAt: Date): this {
    if (kind === 'add') {
      this.record({
        type: 'tenancy.member_added',
        schemaVersion: 1,
        revoking: false,
        occurredAt,
        payload: { ...this.membership, role: 'member', expiresAt: null },
      });
    } else {
      const payload = { ...this.membership, previousRole: 'member' } as const;
      this.record({ type: 'tenancy.member_removed', schemaVersion: 1, revoking: true, occurredAt, payload });
    }
    return this;
  }

  protected override get aggregateId(): string {
    return `${this.membership.tenantId}:${this.membership.userId}`;
  }

  protected override get owningTenant(): TenantId {
    return this.membership.tenantId;
  }
}

/** Memberships of new tenants, one tenant after the other in each round, so that neighbours in the log differ in tenant. */
export function memberships(tenants: number, users: readonly UserId[], count: number): Membership[] {
  const tenantIds = Array.from({ length: tenants }, () => ids.next<TenantId>());
  return Array.from({ length: count }, (_, nth) => {
    const userId = users[(Math.floor(nth / tenants) + nth) % users.length];
    const tenantId = tenantIds[nth % tenants];
    if (userId === undefined || tenantId === undefined) throw new RangeError('no tenants or no users');
    return { tenantId, userId };
  });
}

/** Rows and events, in the transactions and through the outbox of the product. */
export class MembershipLoad {
  constructor(private readonly database: DatabaseConnection) {}

  async users(count: number): Promise<UserId[]> {
    const made = Array.from({ length: count }, () => ids.next<UserId>());
    await this.transaction((tx) =>
      executorOf(tx).query(
        `INSERT INTO users (id, email_verified, status, version, created_at, updated_at)
          SELECT id, false, 'active', 1, now(), now() FROM unnest($1::text[]) AS id`,
        [made],
      ),
    );
    return made;
  }

  async tenantsOf(all: readonly Membership[]): Promise<void> {
    const tenantIds = [...new Set(all.map(({ tenantId }) => tenantId))];
    await this.transaction((tx) =>
      executorOf(tx).query(
        `INSERT INTO tenants (id, name, slug, metadata, state, version, created_at, updated_at)
          SELECT id, 'Bench', 'bench-' || lower(id), '{}', 'active', 1, now(), now() FROM unnest($1::text[]) AS id`,
        [tenantIds],
      ),
    );
  }

  /** Many steps to a transaction: what is measured is what happens to the events, not how they came about. */
  async carryOut(steps: readonly Step[]): Promise<void> {
    for (let from = 0; from < steps.length; from += stepsPerTransaction) await this.commit(steps.slice(from, from + stepsPerTransaction));
  }

  /** All in one transaction. */
  async commit(steps: readonly Step[]): Promise<void> {
    const at = new Date();
    await this.transaction(async (tx) => {
      const of = (kind: Step['kind']) => steps.filter((step) => step.kind === kind);
      const columns = (some: readonly Step[]) => [some.map(({ tenantId }) => tenantId), some.map(({ userId }) => userId)];
      await Promise.all([
        executorOf(tx).query(insertMembers, columns(of('add')), 'bench_insert_members'),
        executorOf(tx).query(deleteMembers, columns(of('remove')), 'bench_delete_members'),
      ]);
      for (const step of steps) tx.collect(new RecordedMembership(step).step(step.kind, at));
    });
  }

  private transaction(work: (tx: Transaction) => Promise<unknown>): Promise<unknown> {
    const context = new ExecutionContext({ kind: 'system', id: 'benchmark' }, ids.next());
    return this.database.unitOfWork.run(context, platformScope, async (tx) => {
      await work(tx);
      return null;
    });
  }
}

const insertMembers = `INSERT INTO tenant_members (tenant_id, user_id, role, version, joined_at, updated_at)
  SELECT tenant_id, user_id, 'member', 1, now(), now() FROM unnest($1::text[], $2::text[]) AS added (tenant_id, user_id)`;

const deleteMembers = `DELETE FROM tenant_members m USING unnest($1::text[], $2::text[]) AS removed (tenant_id, user_id)
  WHERE m.tenant_id = removed.tenant_id AND m.user_id = removed.user_id`;
