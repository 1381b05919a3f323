import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiStack } from './support/api-stack.ts';
import { complaintsAbout } from './support/lint-openapi.ts';
import type { OpenApi } from './support/openapi.ts';
import { writeFileSync } from 'node:fs';

let stack: ApiStack;
let document: OpenApi;

beforeAll(async () => {
  stack = await ApiStack.start({ worker: false });
  document = (await stack.nobody.get('/openapi.json')).body as OpenApi;
  writeFileSync('/tmp/openapi.json', JSON.stringify(document, null, 1));
});
afterAll(() => stack?.stop());

describe('H-6 the document', () => {
  it('H-6 has nothing that the linter would warn of', async () => {
    expect(await complaintsAbout(document)).toEqual([]);
  });
});
