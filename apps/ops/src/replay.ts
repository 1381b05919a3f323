import type { ReplayPreview, SelectorText } from '#outbox';
import type { Command } from 'commander';
import { withDeployment } from './deployment.ts';
import { eventLine } from './describe-event.ts';
import { addFollowOptions, followOperation, type FollowOptions } from './follow-operation.ts';
import { addSelectorOptions, selectorsIn } from './selector-options.ts';
import { jsonOf, printable } from './printable.ts';

interface ReplayOptions extends FollowOptions {
  readonly all?: boolean;
  readonly dryRun?: boolean;
}

export function addReplay(program: Command): void {
  const command = program
    .command('replay')
    .description(
      "Project again what events of the log touched, by today's rows: nothing that was taken away comes back. Live events go first.",
    )
    .option('--all', 'every event of the log, if the selectors leave them all')
    .option('--dry-run', 'only count and show what would be taken');
  addFollowOptions(addSelectorOptions(command)).action(async (options: ReplayOptions) => {
    const selectors = selectorsIn({ ...options });
    if (options.dryRun === true) await preview(selectors, options);
    else await request(selectors, options);
  });
}

async function preview(selectors: SelectorText, { all = false, json }: ReplayOptions): Promise<void> {
  const found = await withDeployment(process.env, ({ desk }) => desk.replay.preview({ selectors, all }, Infinity));
  process.stdout.write(json === true ? `${jsonOf(found)}\n` : describe(found));
}

async function request(selectors: SelectorText, options: ReplayOptions): Promise<void> {
  process.exitCode = await withDeployment(process.env, async (deployment) => {
    const { id } = await deployment.desk.replay.request(deployment.context, { selectors, all: options.all === true });
    return followOperation(deployment, id, options);
  });
}

function describe({ matched, by_type, by_tenant, on_the_list, sample, log_begins_at: begins }: ReplayPreview): string {
  const counts = (of: readonly (readonly [string, number])[]) => of.map(([name, events]) => `  ${events}  ${printable(name)}\n`).join('');
  const before =
    begins === null ? '' : `The log begins at position ${begins.position} (${begins.committed_at}): what was before it is gone.\n`;
  const parts = [
    `${matched} events would be replayed; ${on_the_list} of them are on the list already and stay as they are.\n`,
    before,
    'By type:\n',
    counts(Object.entries(by_type)),
    'By tenant (the most first):\n',
    counts(by_tenant.map(({ tenant_id, events }) => [tenant_id ?? 'platform', events] as const)),
    'The first of them:\n',
    ...sample.map((event) => `  ${eventLine(event)}`),
  ];
  return matched === 0 ? `No event would be replayed.\n${before}` : parts.join('');
}
