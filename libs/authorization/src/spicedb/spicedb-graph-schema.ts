import type { v1 } from '@authzed/authzed-node';
import { status, type CallOptions, type Metadata, type ServiceError } from '@grpc/grpc-js';
import { GraphSchema } from '../authorization-provider.ts';
import { classified } from './spicedb-errors.ts';

export type SchemaClient = Pick<v1.SchemaServiceClient, 'readSchema' | 'writeSchema'>;

/** Milliseconds: a schema write checks the stored relationships against what it removes. */
const deadlineMs = 30_000;

export class SpiceDbGraphSchema extends GraphSchema {
  constructor(
    private readonly client: SchemaClient,
    private readonly metadata: Metadata,
  ) {
    super();
  }

  override read(): Promise<string | null> {
    return new Promise((resolve, reject) => {
      this.client.readSchema({}, this.metadata, this.options(), (error, response) => {
        if (isAbsent(error)) resolve(null);
        else if (error !== null || response === undefined) reject(classified(error, 'read'));
        else resolve(response.schemaText === '' ? null : response.schemaText);
      });
    });
  }

  override write(schema: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.client.writeSchema({ schema }, this.metadata, this.options(), (error) => {
        if (error === null) resolve();
        else reject(classified(error, 'schema'));
      });
    });
  }

  private options(): CallOptions {
    return { deadline: Date.now() + deadlineMs };
  }
}

function isAbsent(error: ServiceError | null): boolean {
  return error?.code === status.NOT_FOUND;
}
