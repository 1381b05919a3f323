import type { v1 } from '@authzed/authzed-node';
import { status, type CallOptions, type Metadata } from '@grpc/grpc-js';
import { GraphSchema } from '../authorization-provider.ts';
import { callEngine } from './engine-call.ts';

export type SchemaClient = Pick<v1.SchemaServiceClient, 'readSchema' | 'writeSchema'>;

/** Milliseconds: a schema write checks the stored relationships against what it removes. */
export const schemaDeadlineMs = 30_000;

export class SpiceDbGraphSchema extends GraphSchema {
  constructor(
    private readonly client: SchemaClient,
    private readonly metadata: Metadata,
  ) {
    super();
  }

  override read(): Promise<string | null> {
    return callEngine<v1.ReadSchemaResponse | null, string | null>(
      'read',
      (answer) =>
        this.client.readSchema({}, this.metadata, this.options(), (error, response) => {
          if (error?.code === status.NOT_FOUND) answer(null, null);
          else answer(error, response);
        }),
      (response) => (response === null || response.schemaText === '' ? null : response.schemaText),
    );
  }

  override write(schema: string): Promise<void> {
    return callEngine<v1.WriteSchemaResponse, void>(
      'schema',
      (answer) => this.client.writeSchema({ schema }, this.metadata, this.options(), answer),
      () => undefined,
    );
  }

  private options(): CallOptions {
    return { deadline: Date.now() + schemaDeadlineMs };
  }
}
