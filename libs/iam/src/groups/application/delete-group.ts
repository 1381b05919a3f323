import { Clock, tenantScope, UnitOfWork, type ExecutionContext, type GroupId, type TenantId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { TenantAccess } from '../../tenancy/index.ts';
import { GroupNotFound } from '../domain/errors.ts';
import { GroupRepository } from '../domain/group-repository.ts';
import { GroupEnding } from './group-ending.ts';

/**
 * By an admin of the tenant: the group, who is in it and every role it has in a workspace, at once and for good.
 *
 * Throws `TenantNotFound`, `TenantSuspended`, `TenantAdminRequired`, `GroupNotFound`, `VersionMismatch`.
 */
export class DeleteGroup extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly tenantId: TenantId; readonly groupId: GroupId; readonly expectedVersion: number },
  ) {
    super();
  }
}

@CommandHandler(DeleteGroup)
export class DeleteGroupHandler implements ICommandHandler<DeleteGroup> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: TenantAccess,
    private readonly groups: GroupRepository,
    private readonly ending: GroupEnding,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input }: DeleteGroup): Promise<{ version: number }> {
    const { tenantId, groupId, expectedVersion } = input;
    return this.unitOfWork.run(context, tenantScope(tenantId), async (tx) => {
      // The tenant alone: nothing is granted to the group meanwhile, nobody joins it, and nobody is asked to wait in a circle.
      const [{ authority }, group] = await Promise.all([
        this.access.lock(tx, tenantId, context.actor),
        this.groups.lock(tx, tenantId, groupId),
      ]);
      authority.mustAdminister();
      if (group === null) throw new GroupNotFound();
      group.expectVersion(expectedVersion);
      await this.ending.end(tx, tenantId, group, this.clock.now());
      return { version: group.version };
    });
  }
}
