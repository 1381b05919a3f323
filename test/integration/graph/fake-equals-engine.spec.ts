import { randomUUID } from 'node:crypto';
import { parseSchema, readGraphSchema, relationshipKey, type CheckRequest, type Relationship, type SubjectRef } from '#authorization';
import { connectSpiceDb, type SpiceDbConnection } from '#authorization/nest';
import { FakeAuthorizationProvider } from '#authorization/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Namespace } from './scenarios.ts';

const schema = parseSchema(readGraphSchema());
const idsOf: Readonly<Record<string, readonly string[]>> = {
  user: ['ann', 'bob'],
  service_account: ['bot'],
  platform: ['main'],
  tenant: ['t1', 't2'],
  group: ['g1', 'g2'],
  workspace: ['w1', 'w2', 'w3'],
  resource: ['doc/1', 'doc/2'],
};

/** Every edge the schema allows between these objects, but for parents that would close a circle: rows cannot hold those. */
const possible: readonly Relationship[] = [...schema.definitions.values()].flatMap(({ name, relations }) =>
  [...relations].flatMap(([relation, subjects]) =>
    subjects.flatMap(({ type, relation: subjectRelation, wildcard, expires }) =>
      (idsOf[name] ?? []).flatMap((id) =>
        (wildcard ? ['*'] : (idsOf[type] ?? []))
          .filter((subjectId) => relation !== 'inherits' || subjectId < id)
          .flatMap((subjectId) => {
            const subject: SubjectRef = { type, id: subjectId, ...(subjectRelation === undefined ? {} : { relation: subjectRelation }) };
            const edge: Relationship = { resource: { type: name, id }, relation, subject };
            return expires ? [-1, 1].map((hours) => ({ ...edge, expiresAt: new Date(Date.now() + hours * 3_600_000) })) : [edge];
          }),
      ),
    ),
  ),
);

const askers: readonly SubjectRef[] = [
  { type: 'user', id: 'ann' },
  { type: 'user', id: 'bob' },
  { type: 'service_account', id: 'bot' },
  { type: 'group', id: 'g1', relation: 'member' },
  { type: 'workspace', id: 'w2', relation: 'view' },
];

/** Every permission, and every relation, of every object, by everybody. */
const questions: readonly CheckRequest[] = [...schema.definitions.values()].flatMap(({ name, relations, permissions }) =>
  (idsOf[name] ?? []).flatMap((id) =>
    [...relations.keys(), ...permissions.keys()].flatMap((permission) =>
      askers.map((subject) => ({ resource: { type: name, id }, permission, subject })),
    ),
  ),
);

describe('the fake engine', () => {
  let connection: SpiceDbConnection;

  beforeAll(async () => {
    const { spicedbEndpoint: endpoint, spicedbToken: token } = inject('stack');
    connection = connectSpiceDb({ endpoint, token, insecure: true });
    await connection.schema.write(readGraphSchema());
  });
  afterAll(() => connection.close());

  it('answers every question about any graph as SpiceDB does', async () => {
    const graphs = fc.uniqueArray(fc.constantFrom(...possible), { selector: relationshipKey, minLength: 1, maxLength: 300, size: 'max' });
    await fc.assert(
      fc.asyncProperty(graphs, async (edges) => {
        const ids = new Namespace(randomUUID().slice(0, 8));
        const updates = edges.map((edge) => ({ operation: 'touch' as const, relationship: ids.edge(edge) }));
        const asked = questions.map((question) => ({
          ...question,
          resource: ids.ref(question.resource),
          subject: ids.ref(question.subject),
        }));
        const answers = [];
        for (const graph of [new FakeAuthorizationProvider(), connection.provider]) {
          const token = await graph.write(updates);
          const { allowed } = await graph.checkBulk(asked, { kind: 'at_least_as_fresh', token }, { deadlineMs: 10_000 });
          answers.push(
            questions
              .filter((_, index) => allowed[index])
              .map(({ resource, permission, subject }) => relationshipKey({ resource, relation: permission, subject })),
          );
        }
        expect(answers[0]).toEqual(answers[1]);
      }),
      { numRuns: 40 },
    );
  });
});
