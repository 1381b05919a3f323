import type { GroupId, UserId } from '#kernel';

/** Who can hold a role in a workspace. */
export const MEMBER_SUBJECT_TYPES = ['user', 'group'] as const;

export type MemberSubjectType = (typeof MEMBER_SUBJECT_TYPES)[number];

export type MemberSubject = { readonly type: 'user'; readonly id: UserId } | { readonly type: 'group'; readonly id: GroupId };

export const userSubject = (id: UserId): MemberSubject => ({ type: 'user', id });

export const groupSubject = (id: GroupId): MemberSubject => ({ type: 'group', id });
