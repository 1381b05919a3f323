import { BootstrapDefaultTenant, BootstrapPlatformAdmins } from '#iam';
import { ExecutionContext } from '#kernel';
import type { Logger } from '#observability';
import type { INestApplication } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ulid } from 'ulid';
import type { ApiConfiguration } from './configuration/api-configuration.ts';

/** What must be there before the first request: the default tenant and the platform admins of the configuration. Idempotent. */
export async function bootstrap(app: INestApplication, configuration: ApiConfiguration, logger: Logger): Promise<void> {
  const commands = app.get(CommandBus);
  const context = () => new ExecutionContext({ kind: 'system', id: 'bootstrap' }, ulid());
  const { tenant_id } = await commands.execute(new BootstrapDefaultTenant(context(), configuration.defaultTenant));
  const { granted } = await commands.execute(new BootstrapPlatformAdmins(context(), { identities: configuration.platformAdmins }));
  logger.info({ tenant_id, platform_admins_granted: granted.length }, 'bootstrapped');
}
