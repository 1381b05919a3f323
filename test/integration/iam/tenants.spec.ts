import { CreateTenant, FindTenant, TenantSlugTaken } from '#iam';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { contextOf, RunningIam, userActor } from './support/running-iam.ts';

let database: TestDatabase;
let iam: RunningIam;

beforeAll(async () => {
  database = await createTestDatabase();
  iam = await RunningIam.start(database.url);
});
afterAll(async () => {
  await iam?.stop();
  await database?.drop();
});

test('smoke', async () => {
  const ada = await iam.user('ada');
  const context = contextOf(userActor(ada));
  const made = await iam.execute(new CreateTenant(context, { name: 'Acme', slug: 'acme' }));
  console.log(made, context.receipts);
  console.log(await iam.query(new FindTenant(context, { tenant: 'acme' })));
  await expect(iam.execute(new CreateTenant(context, { name: 'Acme', slug: 'acme' }))).rejects.toBeInstanceOf(TenantSlugTaken);
});
