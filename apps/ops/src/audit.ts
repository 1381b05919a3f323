import { ListAuditEntries, type AuditEntryView } from '#governance';
import { InvalidArgumentError, type Command } from 'commander';
import { withDeployment } from './deployment.ts';
import { pageSize } from './page-size.ts';
import { jsonOf } from './printable.ts';

function target(text: string): { targetType: string; targetId?: string } {
  const [, targetType, targetId] = /^([a-z_]+)(?::([!-~]+))?$/.exec(text) ?? [];
  if (targetType === undefined) throw new InvalidArgumentError('A target is a type, or a type and an id, such as operation:01JD8M….');
  return { targetType, ...(targetId !== undefined && { targetId }) };
}

interface ListOptions {
  readonly action?: string;
  readonly target?: { readonly targetType: string; readonly targetId?: string };
  readonly limit: number;
  readonly json?: boolean;
}

export function addAudit(program: Command): void {
  program
    .command('audit')
    .description('Who did what.')
    .command('list')
    .description('The newest first.')
    .option('--action <words>', 'only this action, or those that begin with these words: operation, operation.cancelled')
    .option('--target <type[:id]>', 'only what was done to this', target)
    .option('--limit <number>', 'so many at most', pageSize, 50)
    .option('--json', 'one JSON object a line')
    .action(async ({ action, target: on, limit, json }: ListOptions) => {
      const filter = { limit, ...(action !== undefined && { action }), ...on };
      const { rows } = await withDeployment(process.env, ({ context, listAuditEntries }) =>
        listAuditEntries.execute(new ListAuditEntries(context, filter)),
      );
      for (const entry of rows) process.stdout.write(json === true ? `${jsonOf(entry)}\n` : lineOf(entry));
    });
}

/** Texts of callers are quoted: none of them can look like a line of its own. */
function lineOf({ occurred_at: at, actor, action, target: on, before, after }: AuditEntryView): string {
  const change = [before, after].map((state) => (state === null ? '' : jsonOf(state))).join(' -> ');
  return `${at}  ${action}  ${on.type} ${jsonOf(on.id)}  by ${actor.kind} ${jsonOf(actor.id)}${change === ' -> ' ? '' : `  ${change}`}\n`;
}
