import { describe, expect, it } from 'vitest';
import { isLoopback, readConnections } from './connections.ts';
import { ConfigurationInvalid, Environment } from './environment.ts';

const complete = {
  DATABASE_URL: 'postgres://tenantry:secret@db:5432/tenantry',
  SPICEDB_ENDPOINT: 'spicedb:50051',
  SPICEDB_TOKEN: 'key',
};

const read = (variables: Record<string, string>) => {
  const environment = new Environment(variables);
  return environment.settled(readConnections(environment));
};

describe('settings from the environment', () => {
  it('reads a complete environment, with TLS to a SpiceDB on another host', () => {
    expect(read(complete)).toMatchObject({
      redisUrl: undefined,
      spicedb: { endpoint: 'spicedb:50051', insecure: false, stalenessMs: 1_000 },
    });
  });

  it('names every problem at once', () => {
    const attempt = () => read({ SPICEDB_ENDPOINT: 'http://spicedb', SPICEDB_INSECURE: 'yes', SPICEDB_STALENESS_MS: '-1' });
    expect(attempt).toThrow(ConfigurationInvalid);
    for (const name of ['DATABASE_URL', 'SPICEDB_ENDPOINT', 'SPICEDB_TOKEN', 'SPICEDB_INSECURE', 'SPICEDB_STALENESS_MS'])
      expect(attempt).toThrow(name);
  });

  it('never shows the value of a URL that may hold a password', () => {
    expect(() => read({ ...complete, DATABASE_URL: 'mysql://root:hunter2@db/x' })).toThrow(/^(?!.*hunter2).*$/s);
  });

  it('takes plain text for granted on loopback only', () => {
    expect(['127.0.0.1:50051', 'localhost:1', '[::1]:50051'].map(isLoopback)).toEqual([true, true, true]);
    expect(['10.0.0.1:50051', 'localhost.example:1'].map(isLoopback)).toEqual([false, false]);
  });
});
