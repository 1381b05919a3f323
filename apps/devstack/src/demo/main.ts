import { resolve } from 'node:path';
import { SOMEBODY } from '../stack/dev-identity.ts';
import { StackFolder, type StackFile } from '../stack/stack-folder.ts';
import { ApiUser, UnexpectedAnswer } from './api-user.ts';
import { GraphQuestioner } from './graph-question.ts';
import { Story } from './story.ts';

const print = (line: string): void => console.log(line);

async function user(stack: StackFile, sub: string): Promise<ApiUser> {
  const response = await fetch(`${stack.issuer.url}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sub, audience: stack.issuer.audience }),
  });
  if (!response.ok) throw new Error(`The development issuer answered ${response.status}: ${await response.text()}`);
  const { access_token: token } = (await response.json()) as { access_token: string };
  return new ApiUser(sub, stack.api, token, print);
}

const answers = ({ api }: StackFile): Promise<boolean> =>
  fetch(`${api}/healthz`, { signal: AbortSignal.timeout(5_000) }).then(
    ({ ok }) => ok,
    () => false,
  );

/** Plays the main job against the running stack and shows every request and answer; fails at the first wrong one. */
async function main(): Promise<void> {
  const folder = await StackFolder.open(resolve(process.env.TENANTRY_DATA ?? '.tenantry'));
  const stack = await folder.runningStack();
  if (!stack || !(await answers(stack))) throw new Error('No stack is running here. Start one with `npm start`, in another terminal.');
  print(`The stack at ${stack.api}; SpiceDB at ${stack.spicedb.endpoint} (${stack.spicedb.engine}).\n`);
  const graph = new GraphQuestioner(stack.spicedb, print);
  try {
    const [administrator, somebody] = await Promise.all([user(stack, stack.administrator), user(stack, SOMEBODY)]);
    await new Story({ administrator, somebody, graph, print }, `Demo of ${new Date().toISOString()}`).play();
    print('\nEvery answer was the expected one.');
  } finally {
    graph.close();
  }
}

main().catch((error: unknown) => {
  const wrong = error instanceof UnexpectedAnswer;
  console.error(`\n${wrong ? 'NOT the expected answer: ' : ''}${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = wrong ? 1 : 2;
});
