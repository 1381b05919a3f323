import type { CheckRequest } from '../authorization-provider.ts';
import type { Relationship, SubjectRef } from '../relationship.ts';

/** `tenant:t1#member@user:ann` or `workspace:w1#viewer@group:g1#member`, as SpiceDB prints it; `expiresAt` to end it. */
export function edge(text: string, expiresAt?: Date): Relationship {
  const { resource, member, subject } = parse(text);
  return { resource, relation: member, subject, ...(expiresAt === undefined ? {} : { expiresAt }) };
}

/** The same notation as a question: `tenant:t1#view@user:ann`. */
export function question(text: string): CheckRequest {
  const { resource, member, subject } = parse(text);
  return { resource, permission: member, subject };
}

function parse(text: string) {
  const match = /^([^:#@]+):([^#@]+)#([^:#@]+)@([^:#@]+):([^#@]+)(?:#([^:#@]+))?$/.exec(text);
  if (match === null) throw new TypeError(`not an edge: ${text}`);
  const [, type = '', id = '', member = '', subjectType = '', subjectId = '', relation] = match;
  const subject: SubjectRef = { type: subjectType, id: subjectId, ...(relation === undefined ? {} : { relation }) };
  return { resource: { type, id }, member, subject };
}
