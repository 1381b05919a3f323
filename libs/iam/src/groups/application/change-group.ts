import { Clock, tenantScope, UnitOfWork, type ExecutionContext, type GroupId, type TenantId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { TenantAccess } from '../../tenancy/index.ts';
import { GroupNotFound } from '../domain/errors.ts';
import { groupDescription, groupName } from '../domain/group-name.ts';
import { GroupRepository } from '../domain/group-repository.ts';
import type { GroupChange } from '../domain/group.ts';

/**
 * By an admin of the tenant. Absent members stay; a null `description` removes it.
 *
 * Throws `TenantNotFound`, `TenantSuspended`, `TenantAdminRequired`, `GroupNotFound`, `VersionMismatch`,
 * `GroupNameInvalid`, `GroupDescriptionInvalid`, `GroupNameTaken`.
 */
export class ChangeGroup extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: {
      readonly tenantId: TenantId;
      readonly groupId: GroupId;
      readonly expectedVersion: number;
      readonly name?: string;
      readonly description?: string | null;
    },
  ) {
    super();
  }
}

@CommandHandler(ChangeGroup)
export class ChangeGroupHandler implements ICommandHandler<ChangeGroup> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: TenantAccess,
    private readonly groups: GroupRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input }: ChangeGroup): Promise<{ version: number }> {
    const { tenantId, groupId, expectedVersion } = input;
    const change = changeIn(input);
    return this.unitOfWork.run(context, tenantScope(tenantId), async (tx) => {
      const [{ authority }, group] = await Promise.all([
        this.access.hold(tx, tenantId, context.actor),
        this.groups.lock(tx, tenantId, groupId),
      ]);
      authority.mustAdminister();
      if (group === null) throw new GroupNotFound();
      group.expectVersion(expectedVersion);
      group.change(change, this.clock.now());
      await this.groups.update(tx, group);
      return { version: group.version };
    });
  }
}

function changeIn({ name, description }: ChangeGroup['input']): GroupChange {
  return {
    ...(name !== undefined && { name: groupName(name) }),
    ...(description !== undefined && { description: description === null ? null : groupDescription(description) }),
  };
}
