import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import type { AuthorizationProvider, GraphSchema } from '../authorization-provider.ts';
import type { RelationshipUpdate } from '../relationship.ts';
import { checkContract } from './check-contract.ts';
import { edge } from './edge-notation.ts';
import { blankContract, failureContract } from './failure-contract.ts';
import { readContract } from './read-contract.ts';
import { writeContract } from './write-contract.ts';

/** What an adapter must hand over to be held to the contract. */
export interface ProvidersUnderTest {
  /** Holds schema.zed. May hold other edges: the suite uses ids of its own. */
  readonly provider: AuthorizationProvider;
  readonly schema: GraphSchema;
  /** An engine that holds no schema. */
  readonly blank: AuthorizationProvider;
  readonly blankSchema: GraphSchema;
  /** An engine that does not answer. */
  readonly down: AuthorizationProvider;
  close(): Promise<void>;
}

/** The suite's view of one test: the providers, ids nobody else uses, and short words for edges. */
export interface Bench {
  engines(): ProvidersUnderTest;
  provider(): AuthorizationProvider;
  /** Appends this test's own suffix to every id: `tenant:t#member@user:ann` becomes `tenant:t-1f3a#member@user:ann-1f3a`. */
  own(text: string): string;
  touch(text: string, expiresAt?: Date): RelationshipUpdate;
  remove(text: string): RelationshipUpdate;
}

/** The promises of `AuthorizationProvider` and `GraphSchema`, for every adapter alike. */
export function authorizationProviderContract(name: string, make: () => Promise<ProvidersUnderTest>): void {
  describe(`${name} keeps the contract of AuthorizationProvider`, () => {
    let engines: ProvidersUnderTest;
    let suffix: string;
    const own = (text: string) => text.replace(/:(\w[\w/]*)/g, `:$1-${suffix}`);
    const bench: Bench = {
      engines: () => engines,
      provider: () => engines.provider,
      own,
      touch: (text, expiresAt) => ({ operation: 'touch', relationship: edge(own(text), expiresAt) }),
      remove: (text) => ({ operation: 'delete', relationship: edge(own(text)) }),
    };

    beforeAll(async () => {
      engines = await make();
    });
    afterAll(() => engines.close());
    beforeEach(() => {
      suffix = randomUUID().slice(0, 8);
    });

    blankContract(bench);
    writeContract(bench);
    checkContract(bench);
    readContract(bench);
    failureContract(bench);
  });
}
