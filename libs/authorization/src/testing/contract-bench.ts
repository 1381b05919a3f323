import type { AuthorizationProvider, GraphSchema } from '../authorization-provider.ts';
import type { RelationshipUpdate } from '../relationship.ts';

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
