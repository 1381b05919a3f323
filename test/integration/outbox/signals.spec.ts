import { PgListener } from '#outbox/nest';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { createOwnedDatabase, type OwnedDatabase } from '../database/support/owner.ts';

let owned: OwnedDatabase;

beforeAll(async () => {
  owned = await createOwnedDatabase();
});
afterAll(() => owned.drop());

describe('I-8 a listener', () => {
  it('I-8 outlives a message that its handler trips over, and its connection', async () => {
    const heard: string[] = [];
    const listener = new PgListener(owned.url, 'test-listener').on('test_news', (payload) => {
      if (payload === 'odd') throw new TypeError('not of this shape');
      heard.push(payload);
    });
    listener.start();
    const tell = async (payload: string) => {
      await owned.owner.query("SELECT pg_notify('test_news', $1)", [payload]);
      return heard.includes(payload);
    };
    await eventually(() => tell('first'));
    await tell('odd');
    await eventually(() => tell('second'));
    await owned.owner.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test-listener'");
    await eventually(() => tell('third'));
    await listener.close();
  });
});
