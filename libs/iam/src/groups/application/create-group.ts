import { Clock, IdGenerator, tenantScope, UnitOfWork, type ExecutionContext, type GroupId, type TenantId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { TenantAccess } from '../../tenancy/index.ts';
import { GroupCreatorRequired } from '../domain/errors.ts';
import { GroupMembership } from '../domain/group-membership.ts';
import { groupDescription, groupName } from '../domain/group-name.ts';
import { GroupRepository } from '../domain/group-repository.ts';
import { Group } from '../domain/group.ts';

/**
 * By an admin of the tenant, who becomes the first admin of the group.
 *
 * Throws `TenantNotFound`, `TenantSuspended`, `TenantAdminRequired`, `GroupCreatorRequired`, `GroupNameInvalid`,
 * `GroupDescriptionInvalid`, `GroupNameTaken`.
 */
export class CreateGroup extends Command<{ group_id: GroupId; version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly tenantId: TenantId; readonly name: string; readonly description?: string | null },
  ) {
    super();
  }
}

@CommandHandler(CreateGroup)
export class CreateGroupHandler implements ICommandHandler<CreateGroup> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: TenantAccess,
    private readonly groups: GroupRepository,
    private readonly ids: IdGenerator,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input }: CreateGroup): Promise<{ group_id: GroupId; version: number }> {
    const { tenantId } = input;
    const { actor } = context;
    if (actor.kind !== 'user') throw new GroupCreatorRequired();
    const name = groupName(input.name);
    const description = typeof input.description === 'string' ? groupDescription(input.description) : null;
    return this.unitOfWork.run(context, tenantScope(tenantId), async (tx) => {
      const { authority } = await this.access.hold(tx, tenantId, actor);
      authority.mustAdminister();
      const at = this.clock.now();
      const group = Group.create({ id: this.ids.next<GroupId>(), tenantId, name, description }, at);
      const founder = { tenantId, groupId: group.id, userId: actor.id, role: 'admin', expiresAt: null, lastVersion: 0 } as const;
      await this.groups.create(tx, group, GroupMembership.join(founder, at));
      return { group_id: group.id, version: group.version };
    });
  }
}
