import { entry } from './entry.ts';

/** Rules of groups and their members. */
export const groupErrors = [
  entry(
    'group_not_found',
    [404, 422],
    'No such group',
    'There is no such group in the tenant, or you may not see it. The two cannot be told apart. 422 when the body names it.',
    'Check the id; ask an admin of the group to add you.',
  ),
  entry(
    'group_name_invalid',
    422,
    'Invalid group name',
    'The name is empty, longer than 255 characters after trimming, or holds control characters.',
    'Send a name of 1 to 255 printable characters.',
  ),
  entry(
    'group_description_invalid',
    422,
    'Invalid group description',
    'The description is empty or longer than 1024 characters after trimming, or holds control characters other than line breaks and tabs.',
    'Send 1 to 1024 printable characters, or null to have none.',
  ),
  entry(
    'group_name_taken',
    409,
    'Group name taken',
    'Another group of the tenant has this name. Names that differ only in case are the same.',
    'Choose another name.',
  ),
  entry(
    'group_creator_required',
    403,
    'Only members create groups',
    'Whoever creates a group becomes its first admin, and only a user who is a member of the tenant can be one.',
    'Create the group as an admin of the tenant.',
  ),
  entry(
    'group_admin_required',
    403,
    'Group admin required',
    'The transaction found that you are not, or no longer, an admin of the group or of the tenant.',
    'Ask an admin of the group.',
  ),
  entry(
    'last_group_admin',
    409,
    'Last admin of the group',
    'The change would leave the group without an active admin whose membership has no end.',
    'Make another active user admin first, without an end.',
  ),
];
