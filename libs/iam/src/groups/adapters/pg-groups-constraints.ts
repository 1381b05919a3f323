import { onConstraint } from '#database';
import { AlreadyGroupMember, GroupNameTaken, UserNotInTenant } from '../domain/errors.ts';

const errors = {
  groups_name_unique: () => new GroupNameTaken(),
  group_members_pkey: () => new AlreadyGroupMember(),
  group_members_user_in_tenant: () => new UserNotInTenant(),
};

/** The one place that knows what this module's constraints mean. */
export const inWordsOfGroups = <T>(statement: Promise<T>): Promise<T> => onConstraint(statement, errors);
