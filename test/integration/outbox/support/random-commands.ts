import type { GroupRole, TenantRole, WorkspaceRole } from '#iam';
import fc from 'fast-check';

/** How often each kind comes up: what builds a world comes up more often than what tears it down. */
const weights = {
  'add member': 3,
  'change member': 4,
  'remove member': 2,
  leave: 1,
  appoint: 1,
  'rename tenant': 1,
  'suspend tenant': 1,
  'restore tenant': 6,
  'suspend user': 1,
  'reactivate user': 4,
  'grant platform': 1,
  'revoke platform': 1,
  'create workspace': 4,
  'move workspace': 3,
  'change inheritance': 2,
  'archive workspace': 2,
  'unarchive workspace': 2,
  'delete workspace': 1,
  'add to workspace': 5,
  'change in workspace': 3,
  'remove from workspace': 1,
  'leave workspace': 1,
  'hand over workspace': 1,
  'create group': 2,
  'add to group': 3,
  'change in group': 2,
  'remove from group': 1,
  'delete group': 1,
  'clean up': 1,
  'time passes': 1,
  drain: 3,
  crash: 2,
} as const;

export type Kind = keyof typeof weights;

/** What a step is about, by number: which of those there are then. What the kind does not need, it does not look at. */
export interface Step {
  readonly kind: Kind;
  readonly tenant: number;
  readonly user: number;
  readonly place: number;
  readonly other: number;
  readonly tenantRole: TenantRole;
  readonly workspaceRole: WorkspaceRole;
  readonly groupRole: GroupRole;
  readonly end: 'never' | 'soon' | 'in an hour' | 'in a day';
  readonly flag: boolean;
  /** Now and then a user acts, who may not be allowed to; else the product itself. */
  readonly byUser: boolean;
}

const anyKind = fc.oneof(...Object.entries(weights).map(([name, weight]) => ({ weight, arbitrary: fc.constant(name as Kind) })));

const stepOf = (kind: fc.Arbitrary<Kind>): fc.Arbitrary<Step> =>
  fc.record({
    kind,
    tenant: fc.nat(1),
    user: fc.nat(3),
    place: fc.nat(5),
    other: fc.nat(5),
    tenantRole: fc.constantFrom<TenantRole>('member', 'operator', 'admin'),
    workspaceRole: fc.constantFrom<WorkspaceRole>('viewer', 'member', 'admin', 'owner'),
    groupRole: fc.constantFrom<GroupRole>('member', 'admin'),
    end: fc.constantFrom('never' as const, 'never' as const, 'in an hour' as const, 'in a day' as const, 'soon' as const),
    flag: fc.boolean(),
    byUser: fc.constantFrom(false, false, false, false, false, false, false, true),
  });

export const step = stepOf(anyKind);

/** Steps of these kinds alone. */
export const stepAmong = (...kinds: readonly Kind[]): fc.Arbitrary<Step> => stepOf(fc.constantFrom(...kinds));

/** A step of which only what is said matters. */
export const aStep = (kind: Kind, differences: Partial<Step> = {}): Step => ({
  kind,
  tenant: 0,
  user: 0,
  place: 0,
  other: 0,
  tenantRole: 'member',
  workspaceRole: 'viewer',
  groupRole: 'member',
  end: 'never',
  flag: false,
  byUser: false,
  ...differences,
});
