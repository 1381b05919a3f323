import { describe, expect, it } from 'vitest';
import { authorizationConfigFrom } from './authorization-config.ts';

const given = { SPICEDB_ENDPOINT: 'spicedb:50051', SPICEDB_TOKEN: 'secret' };

describe('authorizationConfigFrom', () => {
  it('speaks TLS to another machine and plain text to this one, unless told otherwise', () => {
    expect(authorizationConfigFrom(given)).toEqual({ endpoint: 'spicedb:50051', token: 'secret', insecure: false, stalenessMs: 1_000 });
    expect(authorizationConfigFrom({ ...given, SPICEDB_INSECURE: 'true' }).insecure).toBe(true);
    for (const host of ['localhost', '127.0.0.1', '127.1.2.3', '[::1]']) {
      expect(authorizationConfigFrom({ ...given, SPICEDB_ENDPOINT: `${host}:50051` }).insecure).toBe(true);
      expect(authorizationConfigFrom({ ...given, SPICEDB_ENDPOINT: `${host}:50051`, SPICEDB_INSECURE: 'false' }).insecure).toBe(false);
    }
    for (const host of ['127.0.0.1.evil.example', 'localhost.example', '10.0.0.1', '[2001:db8::1]']) {
      expect(authorizationConfigFrom({ ...given, SPICEDB_ENDPOINT: `${host}:50051` }).insecure).toBe(false);
    }
  });

  it('names everything that is missing or wrong at once, and never the key', () => {
    expect(() => authorizationConfigFrom({})).toThrow(/SPICEDB_ENDPOINT.*SPICEDB_TOKEN/);
    const wrong = { SPICEDB_ENDPOINT: 'https://spicedb', SPICEDB_TOKEN: 'secret', SPICEDB_INSECURE: 'yes', SPICEDB_STALENESS_MS: '-1' };
    expect(() => authorizationConfigFrom(wrong)).toThrow(/SPICEDB_ENDPOINT.*SPICEDB_INSECURE.*SPICEDB_STALENESS_MS/);
    expect(() => authorizationConfigFrom(wrong)).not.toThrow(/secret/);
  });

  it.each(['spicedb', 'spicedb:0', 'spicedb:99999', ':50051', 'a b:50051', ''])('refuses the endpoint "%s"', (endpoint) => {
    expect(() => authorizationConfigFrom({ ...given, SPICEDB_ENDPOINT: endpoint })).toThrow(/SPICEDB_ENDPOINT/);
  });
});
