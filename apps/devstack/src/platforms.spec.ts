import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { postgresHome, PostgresBinariesMissing } from './postgres/binaries.ts';
import { EngineLibraryMissing, libraryPath } from './spicedb/engine-library.ts';

describe('a platform without prebuilt engines', () => {
  it('is told what to do about PostgreSQL', () => {
    const attempt = () => postgresHome('sunos', 'sparc');
    expect(attempt).toThrow(PostgresBinariesMissing);
    expect(attempt).toThrow(/sunos-sparc.*npm ci.*DATABASE_URL/);
  });

  it('is told what to do about SpiceDB', () => {
    const attempt = () => libraryPath('sunos', 'sparc');
    expect(attempt).toThrow(EngineLibraryMissing);
    expect(attempt).toThrow(/sunos-sparc.*npm ci.*SPICEDB_BINARY.*SPICEDB_ENDPOINT/);
  });

  it('is not this one', () => {
    expect(existsSync(postgresHome())).toBe(true);
    expect(existsSync(libraryPath())).toBe(true);
  });
});
