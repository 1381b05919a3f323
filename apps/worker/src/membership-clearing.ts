import { CleanUpExpiredMemberships } from '#iam';
import { ExecutionContext } from '#kernel';
import type { Logger } from '#observability';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { CommandBus } from '@nestjs/cqrs';
import { ulid } from 'ulid';

/** Nobody waits for it: what is past its end counts for nothing, cleared away or not. */
const everyMs = 60_000;

/**
 * Between two steps of a round. What somebody removes is applied after all that was removed before: with the rest, that is about one
 * step of the clearing, however many memberships ended together.
 */
const restMs = 250;

/** Clears away memberships past their end, again and again; a round that fails is taken up by the next one. */
export class MembershipClearing implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | null = null;
  private round: Promise<void> | null = null;
  private stopping = false;

  constructor(
    private readonly commands: Pick<CommandBus, 'execute'>,
    private readonly log: Pick<Logger, 'info' | 'warn'>,
    private readonly intervalMs = everyMs,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.round ??= this.clear().finally(() => (this.round = null));
    }, this.intervalMs);
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping = true;
    if (this.timer !== null) clearInterval(this.timer);
    await this.round;
  }

  private async clear(): Promise<void> {
    let removed = 0;
    try {
      const context = new ExecutionContext({ kind: 'system', id: 'membership-clearing' }, ulid());
      let more = true;
      while (more && !this.stopping) {
        const step = await this.commands.execute(new CleanUpExpiredMemberships(context));
        removed += step.removed;
        more = step.more;
        if (more) await new Promise((resolve) => setTimeout(resolve, restMs));
      }
    } catch (err) {
      this.log.warn({ err }, 'memberships past their end could not be removed; the next round tries again');
    }
    if (removed > 0) this.log.info({ removed }, 'memberships past their end were removed');
  }
}
