import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { checkContract } from './check-contract.ts';
import type { Bench, ProvidersUnderTest } from './contract-bench.ts';
import { edge } from './edge-notation.ts';
import { blankContract, failureContract } from './failure-contract.ts';
import { readContract } from './read-contract.ts';
import { writeContract } from './write-contract.ts';

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
