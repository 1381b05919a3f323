import type { Command } from 'commander';
import { position, wholeNumber } from './arguments.ts';
import { withDeployment } from './deployment.ts';
import { describeEvent, eventLine } from './describe-event.ts';
import { exitCodes } from './exit-codes.ts';
import { addSelectorOptions, selectorsIn } from './selector-options.ts';
import { jsonOf } from './printable.ts';

const print = (text: string) => process.stdout.write(text);
const asJson = (value: unknown) => `${jsonOf(value)}\n`;

export function addEvents(program: Command): void {
  const events = program.command('events').description('Events of the log: list and show them; try dead ones again, or let them go.');
  addList(events);
  addShow(events);
  addRetry(events);
  addDiscard(events);
}

function addList(events: Command): void {
  addSelectorOptions(events.command('list').description('List events, newest first.'))
    .option('--limit <number>', 'so many, 1,000 at most', wholeNumber, 50)
    .option('--before <position>', 'go on below this position', position)
    .option('--json', 'one JSON object a line')
    .action(async (options: { limit: number; before?: bigint; json?: boolean }) => {
      const most = Math.min(options.limit, 1_000);
      await withDeployment(process.env, async ({ desk }) => {
        let after = options.before === undefined ? null : String(options.before);
        let left = most;
        do {
          const page = await desk.list.run(selectorsIn({ ...options }), { limit: left, ...(after !== null && { after }) });
          for (const event of page.rows) print(options.json === true ? asJson(event) : eventLine(event));
          left -= page.rows.length;
          after = page.next;
        } while (after !== null && left > 0);
        if (after !== null) process.stderr.write(`There are more: --before ${after}\n`);
      });
    });
}

function addShow(events: Command): void {
  events
    .command('show')
    .description('Show an event, what rows and graph say of it, and whether they agree. Exits 1 when they do not, or when it is dead.')
    .argument('<position>', 'as listed', position)
    .option('--json', 'as one JSON object')
    .action(async (at: bigint, options: { json?: boolean }) => {
      const view = await withDeployment(process.env, ({ desk }) => desk.show.run(at));
      print(options.json === true ? asJson(view) : describeEvent(view));
      if (!view.agree || view.event.state === 'dead') process.exitCode = exitCodes.needsAttention;
    });
}

function addRetry(events: Command): void {
  addSelectorOptions(
    events
      .command('retry')
      .description("Put dead events back on the list: each is decided again, by today's rows. One, or those that are selected."),
  )
    .argument('[position]', 'as listed', position)
    .option('--all', 'every dead event that the selectors leave, or all there are')
    .option('--json', 'as one JSON object')
    .action(async (at: bigint | undefined, options: { all?: boolean; json?: boolean }, command: Command) => {
      const selectors = selectorsIn({ ...options });
      const selected = options.all === true || Object.keys(selectors).length > 0;
      if ((at !== undefined) === selected) command.error('Say one position, or select events by something, or say --all.');
      const done = await withDeployment(process.env, async ({ desk, context }) =>
        at === undefined ? desk.retry.all(context, selectors) : { ...(await desk.retry.one(context, at)), more: false },
      );
      print(options.json === true ? asJson(done) : `${done.retried} on the list again.${done.more ? ' There are more: repeat it.' : ''}\n`);
      if (done.more) process.exitCode = exitCodes.needsAttention;
    });
}

function addDiscard(events: Command): void {
  events
    .command('discard')
    .description('Take a dead event off the list for good. The log keeps it, and the audit trail the reason.')
    .argument('<position>', 'as listed', position)
    .requiredOption('--reason <text>', 'why it may be left undone')
    .requiredOption('--yes', 'it will not be applied')
    .option('--json', 'as one JSON object')
    .action(async (at: bigint, options: { reason: string; json?: boolean }) => {
      const done = await withDeployment(process.env, ({ desk, context }) => desk.discard.run(context, at, options.reason));
      print(options.json === true ? asJson(done) : `Event ${at} was discarded.\n`);
    });
}
