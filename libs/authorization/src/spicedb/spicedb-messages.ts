import { v1 } from '@authzed/authzed-node';
import type { CheckRequest, Consistency, GraphToken } from '../authorization-provider.ts';
import type { ObjectRef, Precondition, Relationship, RelationshipFilter, RelationshipUpdate, SubjectRef } from '../relationship.ts';

// Plain objects in the shape of the generated messages: `create()` copies field by field, and the check is the hot path.

const minimizeLatency: v1.Consistency = { requirement: { oneofKind: 'minimizeLatency', minimizeLatency: true } };
const fullyConsistent: v1.Consistency = { requirement: { oneofKind: 'fullyConsistent', fullyConsistent: true } };

export function consistencyMessage(consistency: Consistency): v1.Consistency {
  switch (consistency.kind) {
    case 'minimize_latency':
      return minimizeLatency;
    case 'fully_consistent':
      return fullyConsistent;
    case 'at_least_as_fresh':
      return { requirement: { oneofKind: 'atLeastAsFresh', atLeastAsFresh: { token: consistency.token } } };
    case 'exact':
      return { requirement: { oneofKind: 'atExactSnapshot', atExactSnapshot: { token: consistency.token } } };
  }
}

const object = ({ type, id }: ObjectRef): v1.ObjectReference => ({ objectType: type, objectId: id });
const subject = (ref: SubjectRef): v1.SubjectReference => ({ object: object(ref), optionalRelation: ref.relation ?? '' });

export function checkMessage(request: CheckRequest, consistency: Consistency): v1.CheckPermissionRequest {
  return {
    consistency: consistencyMessage(consistency),
    resource: object(request.resource),
    permission: request.permission,
    subject: subject(request.subject),
    withTracing: false,
  };
}

export function bulkMessage(requests: readonly CheckRequest[], consistency: Consistency): v1.CheckBulkPermissionsRequest {
  return {
    consistency: consistencyMessage(consistency),
    items: requests.map((request) => ({
      resource: object(request.resource),
      permission: request.permission,
      subject: subject(request.subject),
    })),
    withTracing: false,
  };
}

export function writeMessage(updates: readonly RelationshipUpdate[], preconditions: readonly Precondition[]): v1.WriteRelationshipsRequest {
  return {
    updates: updates.map(({ operation, relationship }) => ({
      operation: operation === 'touch' ? v1.RelationshipUpdate_Operation.TOUCH : v1.RelationshipUpdate_Operation.DELETE,
      // An expiry is not part of an edge's identity, and the engine would look for the trait when it deletes.
      relationship: relationshipMessage(relationship, operation === 'touch'),
    })),
    optionalPreconditions: preconditions.map(({ operation, filter }) => ({
      operation: operation === 'must_match' ? v1.Precondition_Operation.MUST_MATCH : v1.Precondition_Operation.MUST_NOT_MATCH,
      filter: filterMessage(filter),
    })),
  };
}

function relationshipMessage({ resource, relation, subject: to, expiresAt }: Relationship, withExpiry: boolean): v1.Relationship {
  const edge: v1.Relationship = { resource: object(resource), relation, subject: subject(to) };
  if (withExpiry && expiresAt !== undefined) edge.optionalExpiresAt = timestamp(expiresAt);
  return edge;
}

export function filterMessage(filter: RelationshipFilter): v1.RelationshipFilter {
  const message: v1.RelationshipFilter = {
    resourceType: filter.resourceType,
    optionalResourceId: filter.resourceId ?? '',
    optionalResourceIdPrefix: '',
    optionalRelation: filter.relation ?? '',
  };
  if (filter.subjectType !== undefined) {
    message.optionalSubjectFilter = { subjectType: filter.subjectType, optionalSubjectId: filter.subjectId ?? '' };
    if (filter.subjectRelation !== undefined) message.optionalSubjectFilter.optionalRelation = { relation: filter.subjectRelation };
  } else if (filter.subjectId !== undefined || filter.subjectRelation !== undefined) {
    throw new TypeError('a filter by subject needs the type of the subject');
  }
  return message;
}

export function relationshipOf({ relationship }: v1.ReadRelationshipsResponse): Relationship {
  const { resource, relation = '', subject: to, optionalExpiresAt } = relationship ?? {};
  return {
    resource: { type: resource?.objectType ?? '', id: resource?.objectId ?? '' },
    relation,
    subject: {
      type: to?.object?.objectType ?? '',
      id: to?.object?.objectId ?? '',
      ...(to === undefined || to.optionalRelation === '' ? {} : { relation: to.optionalRelation }),
    },
    ...(optionalExpiresAt === undefined ? {} : { expiresAt: dateOf(optionalExpiresAt) }),
  };
}

export function tokenOf(message: { readonly token: string } | undefined): GraphToken {
  return (message?.token ?? '') as GraphToken;
}

type Timestamp = NonNullable<v1.Relationship['optionalExpiresAt']>;

function timestamp(date: Date): Timestamp {
  const milliseconds = date.getTime();
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds: String(seconds), nanos: (milliseconds - seconds * 1000) * 1_000_000 };
}

function dateOf({ seconds, nanos }: Timestamp): Date {
  return new Date(Number(seconds) * 1000 + Math.floor(nanos / 1_000_000));
}
