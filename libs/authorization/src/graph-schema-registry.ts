/** A schema that was applied to the engine once. */
export interface AppliedSchema {
  /** See `digestOf`. */
  readonly digest: string;
  /** The text that was applied. */
  readonly definition: string;
  /** Every definition, relation and permission in it, as `namesOf` gives them. */
  readonly names: readonly string[];
}

/** Which schemas were applied, newest last. It outlives the engine, which may lose what it holds. */
export abstract class GraphSchemaRegistry {
  /** Idempotent: a digest that is known keeps its place. */
  abstract record(schema: AppliedSchema): Promise<void>;

  abstract latest(): Promise<AppliedSchema | null>;

  abstract knows(digest: string): Promise<boolean>;
}
