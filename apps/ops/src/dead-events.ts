import { InvalidArgumentError, type Command } from 'commander';
import { withDeployment } from './deployment.ts';

function position(text: string): bigint {
  if (!/^\d{1,18}$/.test(text)) throw new InvalidArgumentError('A position is a whole number.');
  return BigInt(text);
}

export function addDeadEvents(program: Command): void {
  const dead = program.command('dead').description('Events that SpiceDB refuses: list them, try them again, or let them go.');
  dead
    .command('list')
    .option('--after <position>', 'start after this position', position, 0n)
    .option('--json', 'one JSON object a line')
    .action(async (options: { after: bigint; json?: boolean }) => {
      const events = await withDeployment(process.env, ({ desk }) => desk.deadEvents(options.after));
      for (const event of events) {
        const line = `${event.position}  ${event.type}  ${event.aggregate}  tried ${event.attempts}x  ${event.last_error ?? ''}`;
        process.stdout.write(`${options.json === true ? JSON.stringify(event) : line}\n`);
      }
    });
  dead
    .command('retry')
    .description("Put it back on the list: it is decided again, by today's rows.")
    .argument('<position>', 'as listed', position)
    .action(async (at: bigint) => {
      await withDeployment(process.env, ({ desk }) => desk.retry(at));
      process.stdout.write(`Event ${at} is on the list again.\n`);
    });
  dead
    .command('discard')
    .description('Take it off the list. The log keeps the event.')
    .argument('<position>', 'as listed', position)
    .requiredOption('--yes', 'it will not be applied')
    .action(async (at: bigint) => {
      await withDeployment(process.env, ({ desk }) => desk.discard(at));
      process.stdout.write(`Event ${at} was discarded.\n`);
    });
}
