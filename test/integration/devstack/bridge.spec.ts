import { status } from '@grpc/grpc-js';
import { v1 } from '@authzed/authzed-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EmbeddedEngine } from '../../../apps/devstack/src/spicedb/embedded-engine.ts';
import { eventually } from '../../support/eventually.ts';
import { createTestGraph, type TestGraph } from '../../support/test-graph.ts';

const SCHEMA = `use expiration

definition user {}

definition document {
  relation reader: user | user with expiration
  permission read = reader
}`;

const fully = v1.Consistency.create({ requirement: { oneofKind: 'fullyConsistent', fullyConsistent: true } });

const connect = (endpoint: string, token: string) => v1.NewClient(token, endpoint, v1.ClientSecurity.INSECURE_PLAINTEXT_CREDENTIALS);

const user = (id: string) => v1.SubjectReference.create({ object: { objectType: 'user', objectId: id } });
const document = (id: string) => v1.ObjectReference.create({ objectType: 'document', objectId: id });

const reads = (documentId: string, userId: string) =>
  v1.RelationshipUpdate.create({
    operation: v1.RelationshipUpdate_Operation.TOUCH,
    relationship: v1.Relationship.create({ resource: document(documentId), relation: 'reader', subject: user(userId) }),
  });

const write = (...updates: v1.RelationshipUpdate[]) => v1.WriteRelationshipsRequest.create({ updates });
const check = (documentId: string, userId: string, permission = 'read') =>
  v1.CheckPermissionRequest.create({ consistency: fully, resource: document(documentId), permission, subject: user(userId) });
const documents = v1.ReadRelationshipsRequest.create({ consistency: fully, relationshipFilter: { resourceType: 'document' } });

describe('the SpiceDB bridge', () => {
  let graph: TestGraph;
  let client: ReturnType<typeof connect>;

  beforeAll(async () => {
    graph = await createTestGraph();
    client = connect(graph.endpoint, graph.token);
    await client.promises.writeSchema(v1.WriteSchemaRequest.create({ schema: SCHEMA }));
  });

  afterAll(async () => {
    client.close();
    await graph.stop();
  });

  test('answers a check from what was written', async () => {
    await client.promises.writeRelationships(write(reads('plan', 'ada')));
    const [ada, bob] = await Promise.all([
      client.promises.checkPermission(check('plan', 'ada')),
      client.promises.checkPermission(check('plan', 'bob')),
    ]);
    expect(ada.permissionship).toBe(v1.CheckPermissionResponse_Permissionship.HAS_PERMISSION);
    expect(bob.permissionship).toBe(v1.CheckPermissionResponse_Permissionship.NO_PERMISSION);
    expect(ada.checkedAt?.token).not.toBe('');
  });

  test('serves bulk checks, expansion, the schema and deletes', async () => {
    await client.promises.writeRelationships(write(reads('ledger', 'ada')));
    const bulk = await client.promises.checkBulkPermissions(
      v1.CheckBulkPermissionsRequest.create({
        consistency: fully,
        items: ['ada', 'bob'].map((id) => ({ resource: document('ledger'), permission: 'read', subject: user(id) })),
      }),
    );
    expect(bulk.pairs.map(({ response }) => response.oneofKind === 'item' && response.item.permissionship)).toEqual([
      v1.CheckPermissionResponse_Permissionship.HAS_PERMISSION,
      v1.CheckPermissionResponse_Permissionship.NO_PERMISSION,
    ]);
    const tree = await client.promises.expandPermissionTree(
      v1.ExpandPermissionTreeRequest.create({ consistency: fully, resource: document('ledger'), permission: 'read' }),
    );
    expect(tree.treeRoot?.expandedObject?.objectId).toBe('ledger');
    expect((await client.promises.readSchema(v1.ReadSchemaRequest.create())).schemaText).toContain('definition document');
    await client.promises.deleteRelationships(
      v1.DeleteRelationshipsRequest.create({ relationshipFilter: { resourceType: 'document', optionalResourceId: 'ledger' } }),
    );
    const after = await client.promises.checkPermission(check('ledger', 'ada'));
    expect(after.permissionship).toBe(v1.CheckPermissionResponse_Permissionship.NO_PERMISSION);
  });

  test('streams relationships, resources and subjects to the end', async () => {
    await client.promises.writeRelationships(write(...Array.from({ length: 400 }, (_, index) => reads(`page-${index}`, 'reader'))));
    expect((await client.promises.readRelationships(documents)).length).toBeGreaterThanOrEqual(400);
    const resources = await client.promises.lookupResources(
      v1.LookupResourcesRequest.create({ consistency: fully, resourceObjectType: 'document', permission: 'read', subject: user('reader') }),
    );
    expect(resources).toHaveLength(400);
    const subjects = await client.promises.lookupSubjects(
      v1.LookupSubjectsRequest.create({ consistency: fully, resource: document('page-7'), permission: 'read', subjectObjectType: 'user' }),
    );
    expect(subjects.map(({ subject }) => subject?.subjectObjectId)).toEqual(['reader']);
  });

  test('streams changes as they happen, until the watcher leaves', async () => {
    const watch = client.watch(v1.WatchRequest.create({ optionalObjectTypes: ['document'] }));
    const seen = new Set<string | undefined>();
    watch.on('data', (change: v1.WatchResponse) =>
      change.updates.forEach(({ relationship }) => seen.add(relationship?.resource?.objectId)),
    );
    watch.on('error', () => undefined);
    // The watch begins at some moment after the call: write until it has seen one.
    await eventually(async () => {
      await client.promises.writeRelationships(write(reads('watched', 'ada')));
      return seen.has('watched');
    });
    watch.cancel();
  });

  test('loses none of many writes made at once', async () => {
    const rounds = Array.from({ length: 60 }, (_, index) => index);
    await Promise.all(
      rounds.map((index) => client.promises.writeRelationships(write(reads(`crowd-${index}`, 'crowd'), reads('crowd', `c${index}`)))),
    );
    const all = await client.promises.readRelationships(
      v1.ReadRelationshipsRequest.create({
        consistency: fully,
        relationshipFilter: { resourceType: 'document', optionalResourceIdPrefix: 'crowd' },
      }),
    );
    expect(all).toHaveLength(120);
  });

  test.each([
    ['an unknown permission', () => client.promises.checkPermission(check('plan', 'ada', 'fly')), status.FAILED_PRECONDITION, /not found/],
    [
      'a malformed id',
      () => client.promises.writeRelationships(write(reads('no spaces', 'ada'))),
      status.INVALID_ARGUMENT,
      /object_id|objectId|ObjectId/,
    ],
    [
      'a broken schema',
      () => client.promises.writeSchema(v1.WriteSchemaRequest.create({ schema: 'definition {' })),
      status.INVALID_ARGUMENT,
      /schema/,
    ],
    [
      'a failed precondition',
      () =>
        client.promises.writeRelationships(
          v1.WriteRelationshipsRequest.create({
            updates: [reads('plan', 'ada')],
            optionalPreconditions: [
              {
                operation: v1.Precondition_Operation.MUST_MATCH,
                filter: { resourceType: 'document', optionalResourceId: 'absent', optionalRelation: '', optionalResourceIdPrefix: '' },
              },
            ],
          }),
        ),
      status.FAILED_PRECONDITION,
      /precondition/,
    ],
    [
      'a page of an unknown type',
      () =>
        client.promises.readRelationships({ ...documents, relationshipFilter: v1.RelationshipFilter.create({ resourceType: 'nothing' }) }),
      status.FAILED_PRECONDITION,
      /not found/,
    ],
  ])('turns %s back into the status it stands for', async (_, call, code, details) => {
    await expect(call()).rejects.toMatchObject({ code, details: expect.stringMatching(details) });
  });

  test.each([
    ['unary', (stranger: typeof client) => stranger.promises.readSchema(v1.ReadSchemaRequest.create())],
    ['streaming', (stranger: typeof client) => stranger.promises.readRelationships(documents)],
  ])('refuses a wrong key: %s call', async (_, call) => {
    const stranger = connect(graph.endpoint, 'wrong');
    await expect(call(stranger)).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
    stranger.close();
  });

  test('does not carry out a write whose caller has left before its turn', async () => {
    const engine = EmbeddedEngine.start();
    const request = v1.WriteSchemaRequest.toBinary(v1.WriteSchemaRequest.create({ schema: SCHEMA }));
    await expect(engine.call('WriteSchema', request, () => true)).rejects.toThrow(/code = Canceled/);
    await expect(engine.call('ReadSchema', new Uint8Array(), () => false)).rejects.toThrow(/code = NotFound/);
    engine.stop();
  });

  test('answers UNIMPLEMENTED for bulk export', async () => {
    await expect(client.promises.bulkExportRelationships(v1.BulkExportRelationshipsRequest.create())).rejects.toMatchObject({
      code: status.UNIMPLEMENTED,
    });
  });

  test('comes back empty on the same endpoint after it was killed', async () => {
    const doomed = await createTestGraph();
    const before = connect(doomed.endpoint, doomed.token);
    await before.promises.writeSchema(v1.WriteSchemaRequest.create({ schema: SCHEMA }));
    await doomed.kill();
    await expect(before.promises.readSchema(v1.ReadSchemaRequest.create())).rejects.toMatchObject({ code: status.UNAVAILABLE });
    before.close();
    await doomed.restart();
    const after = connect(doomed.endpoint, doomed.token);
    await expect(after.promises.readSchema(v1.ReadSchemaRequest.create())).rejects.toMatchObject({ code: status.NOT_FOUND });
    after.close();
    await doomed.stop();
  });
});
