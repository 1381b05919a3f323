import { describe, expect, it } from 'vitest';
import type { AuthorizationProvider, Consistency } from '../authorization-provider.ts';
import { AuthorizationUnavailable, GraphSchemaMissing, InvalidGraphRequest, InvalidGraphSchema } from '../errors.ts';
import type { Bench } from './contract-bench.ts';
import { edge, question } from './edge-notation.ts';

const now: Consistency = { kind: 'fully_consistent' };

async function drain(edges: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of edges);
}

type Call = (provider: AuthorizationProvider) => Promise<unknown>;

const asking: readonly (readonly [string, Call])[] = [
  ['check', (provider) => provider.check(question('tenant:t#access@user:ann'), now)],
  ['checkBulk', (provider) => provider.checkBulk([question('tenant:t#access@user:ann'), question('tenant:t#view@user:ann')], now)],
  ['read', (provider) => drain(provider.read({ resourceType: 'tenant' }, now))],
  ['write', (provider) => provider.write([{ operation: 'touch', relationship: edge('tenant:t#member@user:ann') }])],
];

const unknownNames: readonly (readonly [string, Call])[] = [
  ['a type in a check', (provider) => provider.check(question('planet:t#access@user:ann'), now)],
  ['a permission in a check', (provider) => provider.check(question('tenant:t#destroy@user:ann'), now)],
  ['a subject type in a check', (provider) => provider.check(question('tenant:t#access@martian:ann'), now)],
  ['a subject relation in a check', (provider) => provider.check(question('tenant:t#access@group:g#owner'), now)],
  [
    'one item of a bulk check',
    (provider) => provider.checkBulk([question('tenant:t#access@user:ann'), question('tenant:t#destroy@user:ann')], now),
  ],
  ['a type in a write', (provider) => provider.write([{ operation: 'touch', relationship: edge('planet:t#member@user:ann') }])],
  ['a relation in a write', (provider) => provider.write([{ operation: 'touch', relationship: edge('tenant:t#president@user:ann') }])],
  ['a relation in a delete', (provider) => provider.write([{ operation: 'delete', relationship: edge('tenant:t#president@user:ann') }])],
  [
    'a type in a precondition',
    (provider) =>
      provider.write(
        [{ operation: 'touch', relationship: edge('tenant:t#member@user:ann') }],
        [{ operation: 'must_not_match', filter: { resourceType: 'planet' } }],
      ),
  ],
  ['a type in a read', (provider) => drain(provider.read({ resourceType: 'planet' }, now))],
  ['a relation in a read', (provider) => drain(provider.read({ resourceType: 'tenant', relation: 'president' }, now))],
];

export function failureContract(bench: Bench): void {
  describe('failures', () => {
    it.each(asking)('Z-3 %s of an engine that does not answer is AuthorizationUnavailable, never a no', async (_name, call) => {
      await expect(call(bench.engines().down)).rejects.toBeInstanceOf(AuthorizationUnavailable);
    });

    it.each(unknownNames)('a name the schema does not have is GraphSchemaMissing: %s', async (_name, call) => {
      await expect(call(bench.provider())).rejects.toBeInstanceOf(GraphSchemaMissing);
    });

    it('an id or a subject that cannot be asked about is a fault of the asking code, neither an outage nor a no', async () => {
      const wildcard = { ...question('tenant:t#access@user:ann'), subject: { type: 'user', id: '*' } };
      await expect(bench.provider().check(wildcard, now)).rejects.toBeInstanceOf(InvalidGraphRequest);
      await expect(bench.provider().check(question('tenant:t#access@user:an.n'), now)).rejects.toBeInstanceOf(InvalidGraphRequest);
      await expect(bench.provider().checkBulk([question('tenant:t#access@user:an.n')], now)).rejects.toBeInstanceOf(InvalidGraphRequest);
    });
  });

  describe('schema', () => {
    it('reads back what was written, and refuses what is no schema', async () => {
      const { schema } = bench.engines();
      const text = await schema.read();
      expect(text).toContain('definition tenant');
      await schema.write(text ?? '');
      await expect(schema.write('definition')).rejects.toBeInstanceOf(InvalidGraphSchema);
      await expect(schema.write('definition thing { relation holder: nobody }')).rejects.toBeInstanceOf(InvalidGraphSchema);
    });
  });
}

/** Runs first on its engine: later tests give it a schema. */
export function blankContract(bench: Bench): void {
  describe('an engine without a schema', () => {
    it('says so', async () => {
      expect(await bench.engines().blankSchema.read()).toBeNull();
    });

    it.each(asking)('%s is GraphSchemaMissing', async (_name, call) => {
      await expect(call(bench.engines().blank)).rejects.toBeInstanceOf(GraphSchemaMissing);
    });
  });
}
