import { type Database } from '#database';
import { platformScope } from '#kernel';
import { IdentityDirectory, type KnownUser } from '../application/provision-user.ts';
import type { Identity } from '../domain/identity.ts';

const find = {
  name: 'identity_directory_find',
  text: `SELECT u.id AS user_id, u.status FROM identities i JOIN users u ON u.id = i.user_id WHERE i.issuer = $1 AND i.subject = $2`,
};

export class PgIdentityDirectory extends IdentityDirectory {
  constructor(private readonly database: Database) {
    super();
  }

  override async find({ issuer, subject }: Identity): Promise<KnownUser | null> {
    const [row] = await this.database.read<KnownUser>(platformScope, { ...find, values: [issuer, subject] });
    return row ?? null;
  }
}
