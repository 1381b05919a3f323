import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findSpicedbBinary } from './spicedb-binary.ts';

describe('which SpiceDB the stack runs', () => {
  let folder: string;
  let program: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tenantry-path-'));
    program = join(folder, 'spicedb');
    writeFileSync(program, '#!/bin/sh\n');
    chmodSync(program, 0o755);
    writeFileSync(join(folder, 'notes.txt'), '');
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it('finds `spicedb` on the path', () => {
    expect(findSpicedbBinary({ PATH: ['/nowhere', folder].join(delimiter) })).toBe(program);
  });

  it('finds none where there is none', () => {
    expect(findSpicedbBinary({ PATH: '/nowhere' })).toBeUndefined();
    expect(findSpicedbBinary({})).toBeUndefined();
  });

  it('prefers the one that is named', () => {
    expect(findSpicedbBinary({ SPICEDB_BINARY: program, PATH: '' })).toBe(program);
  });

  it('says so when the named one is no program', () => {
    expect(() => findSpicedbBinary({ SPICEDB_BINARY: join(folder, 'notes.txt') })).toThrow(/SPICEDB_BINARY .*not a program/);
  });
});
