import { type Database } from '#database';
import { platformScope } from '#kernel';
import type { Profile } from '../domain/profile.ts';
import { IdentityDirectory, type KnownUser } from '../application/provision-user.ts';
import type { Identity } from '../domain/identity.ts';

const find = {
  name: 'identity_directory_find',
  text: `SELECT u.id AS user_id, u.status, u.email, u.email_verified, u.display_name FROM identities i JOIN users u ON u.id = i.user_id WHERE i.issuer = $1 AND i.subject = $2`,
};

interface DirectoryRow extends KnownUser {
  readonly email: string | null;
  readonly email_verified: boolean;
  readonly display_name: string | null;
}

export class PgIdentityDirectory extends IdentityDirectory {
  constructor(private readonly database: Database) {
    super();
  }

  override async find({ issuer, subject }: Identity): Promise<(KnownUser & { readonly profile: Profile }) | null> {
    const [row] = await this.database.read<DirectoryRow>(platformScope, { ...find, values: [issuer, subject] });
    if (row === undefined) return null;
    const { user_id, status, email, email_verified: emailVerified, display_name: displayName } = row;
    return { user_id, status, profile: { email, emailVerified, displayName } };
  }
}
