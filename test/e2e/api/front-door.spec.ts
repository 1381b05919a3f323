import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiStack } from './support/api-stack.ts';
import { onDatabase } from './support/tables.ts';
import { idOf } from './support/world.ts';

let stack: ApiStack;

beforeAll(async () => {
  stack = await ApiStack.start({ worker: false });
});
afterAll(() => stack?.stop());

describe('P-7 a no never comes from the copy', () => {
  it('P-7 whoever became a platform admin is one at once, also when nobody was told', async () => {
    const promoted = await stack.as('promoted');
    const id = await idOf(promoted);
    expect((await promoted.get('/v1/me')).body.is_platform_admin).toBe(false);
    expect((await promoted.get('/v1/tenants?scope=all')).body.code).toBe('platform_admin_required');
    await onDatabase(
      stack.database.url,
      'INSERT INTO platform_admins SELECT (jsonb_populate_record(a, $1)).* FROM platform_admins a LIMIT 1',
      [{ user_id: id }],
    );
    expect((await promoted.get('/v1/tenants?scope=all')).status).toBe(200);
    expect((await promoted.get('/v1/me')).body.is_platform_admin).toBe(true);
  });
});
