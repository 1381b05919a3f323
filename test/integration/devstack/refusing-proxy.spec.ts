import { status } from '@grpc/grpc-js';
import { v1 } from '@authzed/authzed-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { RefusingProxy } from '../../support/refusing-proxy.ts';
import { createTestGraph, type TestGraph } from '../../support/test-graph.ts';

let graph: TestGraph;
let proxy: RefusingProxy;
let client: v1.ZedClientInterface;
const readSchema = () => client.promises.readSchema(v1.ReadSchemaRequest.create());
const writeSchema = (schema: string) => client.promises.writeSchema(v1.WriteSchemaRequest.create({ schema }));

beforeAll(async () => {
  graph = await createTestGraph();
  proxy = await RefusingProxy.start(graph.endpoint);
  client = v1.NewClient(graph.token, proxy.endpoint, v1.ClientSecurity.INSECURE_PLAINTEXT_CREDENTIALS);
  await writeSchema('definition user {}');
});

afterAll(async () => {
  client.close();
  proxy.stop();
  await graph.stop();
});

test('a shut door refuses every call and, opened again, the graph is as it was', async () => {
  proxy.behave('refuse');
  await expect(readSchema()).rejects.toMatchObject({ code: status.UNAVAILABLE });
  proxy.behave('forward');
  expect((await readSchema()).schemaText).toContain('definition user');
});

test('a call left hanging ends with the caller’s own deadline', async () => {
  proxy.behave('hang');
  const hanging = v1.NewClient(graph.token, proxy.endpoint, v1.ClientSecurity.INSECURE_PLAINTEXT_CREDENTIALS);
  await expect(
    new Promise((resolve, reject) =>
      hanging.readSchema(v1.ReadSchemaRequest.create(), { deadline: Date.now() + 100 }, (error, value) =>
        error ? reject(error) : resolve(value),
      ),
    ),
  ).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
  hanging.close();
  proxy.behave('forward');
});

test('a cut call is carried out although the caller is told otherwise', async () => {
  proxy.behave((method) => (method === 'WriteSchema' ? 'cut' : 'forward'));
  await expect(writeSchema('definition user {}\ndefinition group {}')).rejects.toMatchObject({ code: status.UNAVAILABLE });
  expect((await readSchema()).schemaText).toContain('definition group');
  proxy.behave('forward');
});

test('errors and keys pass through unchanged, and calls are counted', async () => {
  proxy.forget();
  await expect(writeSchema('definition {')).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  const stranger = v1.NewClient('wrong', proxy.endpoint, v1.ClientSecurity.INSECURE_PLAINTEXT_CREDENTIALS);
  await expect(stranger.promises.readSchema(v1.ReadSchemaRequest.create())).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
  stranger.close();
  await eventually(() => proxy.calls.length === 2);
  expect(proxy.calls.map(({ method }) => method)).toEqual(['WriteSchema', 'ReadSchema']);
});
