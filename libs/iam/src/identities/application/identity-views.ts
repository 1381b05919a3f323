import type { PageOf, PageRequest, UserId } from '#kernel';
import type { UserStatus } from '../domain/user.ts';

export interface UserView {
  readonly id: UserId;
  readonly email: string | null;
  readonly email_verified: boolean;
  readonly display_name: string | null;
  readonly status: UserStatus;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface PlatformAdminView {
  readonly user_id: UserId;
  readonly email: string | null;
  readonly display_name: string | null;
  readonly status: UserStatus;
  readonly version: number;
  readonly granted_at: string;
}

/** Read straight from the tables; each is one statement. Lists are in order of the users' ids. */
export abstract class IdentityViews {
  abstract user(id: UserId): Promise<UserView | null>;

  /** `email` must already be in the form in which addresses are stored. */
  abstract users(page: PageRequest & { readonly email?: string }): Promise<PageOf<UserView>>;

  abstract platformAdmins(page: PageRequest): Promise<PageOf<PlatformAdminView>>;
}
