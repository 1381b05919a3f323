import { EmbeddedPostgres } from '../postgres/embedded-postgres.ts';
import { ensureDatabase, urlWith } from '../postgres/databases.ts';
import type { Say } from './stack-log.ts';
import { Supervisor } from './supervisor.ts';
import type { StackFolder } from './stack-folder.ts';

/** The PostgreSQL of a stack, embedded or given. */
export interface StackDatabase {
  readonly description: string;
  /** Login of the owner: migrations, and the databases beside. */
  readonly ownerUrl: string;
  /** Undefined when the person gave their own, with the logins they want. */
  readonly supervisor: Supervisor | undefined;
}

const DATABASE = 'tenantry';

export function externalDatabase(url: string, ownerUrl: string | undefined): StackDatabase {
  return { description: `given by DATABASE_URL (${new URL(url).host})`, ownerUrl: ownerUrl ?? url, supervisor: undefined };
}

/** Starts the embedded one over the stack's data folder. */
export async function embeddedDatabase(folder: StackFolder, password: string, port: number, say: Say): Promise<StackDatabase> {
  let first = true;
  let server: EmbeddedPostgres | undefined;
  const supervisor = new Supervisor(
    {
      name: 'postgres',
      async start() {
        server = await EmbeddedPostgres.start({
          folder: folder.file('postgres'),
          password,
          usualPort: server?.port ?? port,
          exactPort: !first,
          // SpiceDB's Watch asks for commit timestamps.
          settings: ['track_commit_timestamp=on'],
          log: (line) => say.line('postgres', line),
        });
        first = false;
        return server;
      },
    },
    say,
  );
  await supervisor.start();
  if (!server) throw new Error('PostgreSQL is not running.');
  if (server.folder !== folder.file('postgres')) say(`PostgreSQL's account cannot reach this folder; its data is in ${server.folder}`);
  await ensureDatabase(server.url('postgres'), DATABASE);
  return { description: `embedded, port ${server.port}, data in ${server.folder}`, ownerUrl: server.url(DATABASE), supervisor };
}

/** A database of its own for SpiceDB, on the same server. */
export async function spicedbDatabase(ownerUrl: string): Promise<string> {
  await ensureDatabase(ownerUrl, 'spicedb');
  return urlWith(ownerUrl, { database: 'spicedb' });
}
