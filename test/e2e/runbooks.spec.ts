import { connectSpiceDb } from '#authorization/nest';
import type { RelationshipUpdate } from '#authorization';
import { edge } from '#authorization/testing';
import type { TenantId } from '#kernel';
import { anId } from '#kernel/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { OwnerConnection } from '../integration/iam/support/owner-connection.ts';
import { logEvent, poisonedMember } from '../integration/outbox/support/log-event.ts';
import { runProgram, startService } from '../support/child-process.ts';
import { eventually } from '../support/eventually.ts';
import { ApiStack } from './api/support/api-stack.ts';
import { Runbook } from './support/runbook.ts';

const patience = { within: 60_000, every: 200 };
const opened: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** A running deployment with a tenant, and somebody who may change it. */
async function deployment() {
  const stack = await ApiStack.start();
  opened.push(() => stack.stop());
  const owner = await OwnerConnection.open(stack.database.url);
  opened.push(() => owner.close());
  const alice = await stack.as('alice');
  const { body } = await alice.post('/v1/tenants', { name: 'Acme', slug: 'acme' });
  return { stack, owner, alice, tenantId: body.id as TenantId };
}
type Deployment = Awaited<ReturnType<typeof deployment>>;

async function ops({ stack }: Deployment, ...args: string[]): Promise<void> {
  const { code, output } = await runProgram({ program: 'apps/ops/src/main.js', args, env: stack.env });
  if (code !== 0) throw new Error(output);
}

/** Commits something that only waits, because its projection cannot follow. */
const commit = async ({ alice }: Deployment, name: string): Promise<void> => {
  const { status, text } = await alice.post('/v1/tenants', { name, slug: name }, { prefer: 'respond-async' });
  if (status !== 201) throw new Error(text);
};

/** Plays the closing section again and again until it holds: what was mended needs a moment. */
const isOver = (runbook: Runbook) =>
  eventually(() => runbook.play('It is over').then(() => true), { ...patience, what: `the end of ${runbook.name}` });

/** What the page says is written in a log is in one. */
function logs(runbook: Runbook, line: string, output: string): void {
  expect(runbook.text).toContain(`\`${line}\``);
  expect(output).toContain(line);
}

const startWorker = async ({ stack }: Deployment): Promise<void> => {
  stack.worker = await startService({
    program: 'apps/worker/src/main.js',
    portVariable: 'WORKER_PORT',
    readyPath: '/healthz',
    env: stack.env,
  });
};

describe('docs/runbooks, played as they are written', () => {
  it('P-11 outbox-stuck: a worker that is gone, and a shard that somebody paused', async () => {
    const here = await deployment();
    const runbook = new Runbook('outbox-stuck', here.stack.env);
    await here.stack.worker?.stop();
    await commit(here, 'waiting');
    await eventually(() => runbook.play('1. Which shard').then(() => true), patience);
    await startWorker(here);
    await isOver(runbook);

    await Promise.all([0, 1, 2, 3, 4].map((shard) => ops(here, 'pause', String(shard), '--reason', 'rehearsal')));
    await commit(here, 'paused');
    await runbook.play('4. A worker is at work');
    for (const shard of [0, 1, 2, 3, 4]) await runbook.knows('shard', String(shard)).play('3. The shard is paused');
    await isOver(runbook);
    expect(runbook.unplayed).toEqual([]);
  });

  it('P-11 dead-event: one that is tried again after its cause was mended, one that is given up', async () => {
    const here = await deployment();
    const { stack, owner, tenantId } = here;
    const tried = new Runbook('dead-event', stack.env);
    const position = await logEvent(owner, poisonedMember(tenantId));
    await eventually(() => tried.play('1. Which one').then(() => true), patience);
    expect(tried.value('position')).toBe(String(position));
    logs(tried, 'an event was set aside: SpiceDB refuses what it says', stack.worker?.child.output ?? '');
    await owner.query("UPDATE outbox_events SET payload = payload || jsonb_build_object('userId', $2::text) WHERE position = $1", [
      position,
      anId(),
    ]);
    await tried.play('3. Try it again');
    await isOver(tried);

    const givenUp = new Runbook('dead-event', stack.env);
    await logEvent(owner, poisonedMember(tenantId, 'another bad id!'));
    await eventually(() => givenUp.play('1. Which one').then(() => true), patience);
    await givenUp.play('4. Or give it up');
    await isOver(givenUp);
    expect(tried.unplayed.filter((title) => givenUp.unplayed.includes(title))).toEqual([]);
  });

  it('P-11 spicedb-lost: an engine that came back empty, and a rebuild by hand', async () => {
    const here = await deployment();
    const { stack, alice } = here;
    const runbook = new Runbook('spicedb-lost', stack.env);
    await stack.graph.kill();
    await commit(here, 'outage');
    await eventually(() => runbook.play('1. Is it an outage').then(() => true), patience);
    logs(runbook, 'the projection waits and tries again', stack.worker?.child.output ?? '');
    expect((await alice.get('/v1/tenants/acme')).status).toBe(503);
    await stack.graph.restart();
    await isOver(runbook);
    expect((await alice.get('/v1/tenants/acme')).status).toBe(200);
    await runbook.play('3. When you know better');
    await isOver(runbook);
    expect(runbook.unplayed).toEqual([]);
  });

  it('P-11 schema-change: a schema that somebody wrote by hand', async () => {
    const here = await deployment();
    const { stack } = here;
    const runbook = new Runbook('schema-change', stack.env);
    const { endpoint, token } = stack.graph;
    const spicedb = connectSpiceDb({ endpoint, token, insecure: true });
    opened.push(async () => spicedb.close());
    const text = (await spicedb.schema.read()) ?? '';
    await spicedb.schema.write(`${text}\ndefinition planted {}`);
    await runbook.play('2. Write it');
    expect(await spicedb.schema.read()).not.toContain('planted');
    await runbook.play('4. Whatever was refused');
    await isOver(runbook);
    expect(runbook.unplayed).toEqual([]);
  });

  it('P-11 drift-found: what somebody wrote to SpiceDB by hand, and what they took out of it', async () => {
    const here = await deployment();
    const { stack, alice, tenantId } = here;
    const runbook = new Runbook('drift-found', stack.env);
    const { endpoint, token } = stack.graph;
    const spicedb = connectSpiceDb({ endpoint, token, insecure: true });
    opened.push(async () => spicedb.close());
    const aliceId = (await alice.get('/v1/me')).body.id as string;
    const byHand: RelationshipUpdate[] = [
      { operation: 'touch', relationship: edge(`tenant:${tenantId}#member@user:${anId()}`) },
      { operation: 'delete', relationship: edge(`tenant:${tenantId}#admin@user:${aliceId}`) },
    ];
    await spicedb.provider.write(byHand);
    await runbook.play('1. What differs');
    await runbook.play('2. What a repair would do');
    await runbook.play('3. Repair');
    await isOver(runbook);
    expect(runbook.unplayed).toEqual([]);
  });
});
