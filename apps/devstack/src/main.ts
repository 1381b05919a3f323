import { watchFile } from 'node:fs';
import { resolve } from 'node:path';
import { LocalStack } from './stack/local-stack.ts';
import { StackFolder } from './stack/stack-folder.ts';
import { stackLog, type Say } from './stack/stack-log.ts';
import { welcome } from './stack/welcome.ts';

const IMPATIENT_AFTER_MS = 1_000;

/** Runs until Ctrl-C, SIGTERM, or the end of whoever started it; a second Ctrl-C does not wait any longer. */
async function main(): Promise<void> {
  const started = Date.now();
  const root = process.cwd();
  const folder = await StackFolder.open(resolve(process.env.TENANTRY_DATA ?? '.tenantry'));
  await folder.claim();
  const say = stackLog(folder.file('logs'), (line) => console.log(line));
  const stack = new LocalStack({ root, folder, env: process.env, say });
  let asked = 0;
  const end = async (code: number): Promise<void> => {
    await stack.stop();
    await folder.release();
    process.exit(code);
  };
  // npm and the terminal may both pass one Ctrl-C on: only a later one means impatience.
  const onSignal = (): void => {
    if (asked === 0) {
      asked = Date.now();
      say('stopping');
      void end(0);
    } else if (Date.now() - asked > IMPATIENT_AFTER_MS) process.exit(1);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'] as const) process.on(signal, onSignal);
  try {
    const { file, identity } = await stack.start();
    console.log(await welcome(file, identity));
    if (process.env.TENANTRY_WATCH === 'true') restartAfterBuilds(stack, say);
    say(`ready after ${((Date.now() - started) / 1000).toFixed(1)} s`);
  } catch (error) {
    if (asked > 0) return;
    asked = Date.now();
    console.error(`\n${(error as Error).message}\n`);
    await end(1);
  }
}

/** For development: the compiler, watching, rewrites this file after every build. */
function restartAfterBuilds(stack: LocalStack, say: Say): void {
  watchFile('dist/.tsbuildinfo', { interval: 300 }, (now, before) => {
    if (now.mtimeMs === before.mtimeMs) return;
    say('built anew; restarting the services');
    void stack.restartServices();
  });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
