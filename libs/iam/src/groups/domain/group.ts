import { AggregateRoot, type GroupId, type TenantId } from '#kernel';
import type { GroupLifecycleEvent } from './events.ts';
import type { GroupDescription, GroupName } from './group-name.ts';

export interface GroupSnapshot {
  readonly id: GroupId;
  readonly tenantId: TenantId;
  readonly name: GroupName;
  readonly description: GroupDescription | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What is absent stays. */
export interface GroupChange {
  readonly name?: GroupName;
  readonly description?: GroupDescription | null;
}

/** Users of one tenant, who get together what the group is given. */
export class Group extends AggregateRoot<GroupLifecycleEvent> {
  private constructor(
    private fields: Omit<GroupSnapshot, 'version'>,
    version: number,
  ) {
    super('group', version);
  }

  static create(group: Pick<GroupSnapshot, 'id' | 'tenantId' | 'name' | 'description'>, at: Date): Group {
    const created = new Group({ ...group, createdAt: at, updatedAt: at }, 0);
    const payload = { ...created.identity, name: group.name };
    created.record({ type: 'groups.group_created', schemaVersion: 1, revoking: false, occurredAt: at, payload });
    return created;
  }

  /** From storage: records nothing. */
  static rehydrate({ version, ...fields }: GroupSnapshot): Group {
    return new Group(fields, version);
  }

  get id(): GroupId {
    return this.fields.id;
  }

  get snapshot(): GroupSnapshot {
    return { ...this.fields, version: this.version };
  }

  protected override get aggregateId(): string {
    return this.fields.id;
  }

  protected override get owningTenant(): TenantId {
    return this.fields.tenantId;
  }

  /** Does nothing when all of it is so already. */
  change(change: GroupChange, at: Date): void {
    const { name, description } = { ...this.fields, ...change };
    const changed = [
      ...(name === this.fields.name ? [] : (['name'] as const)),
      ...(description === this.fields.description ? [] : (['description'] as const)),
    ];
    if (changed.length === 0) return;
    this.fields = { ...this.fields, name, description, updatedAt: at };
    const payload = { ...this.identity, name, changed };
    this.record({ type: 'groups.group_changed', schemaVersion: 1, revoking: false, occurredAt: at, payload });
  }

  /** After its memberships and its roles in workspaces have ended. */
  delete(at: Date): void {
    const payload = { ...this.identity, name: this.fields.name };
    this.record({ type: 'groups.group_deleted', schemaVersion: 1, revoking: true, occurredAt: at, payload });
  }

  private get identity() {
    return { tenantId: this.fields.tenantId, groupId: this.fields.id };
  }
}
