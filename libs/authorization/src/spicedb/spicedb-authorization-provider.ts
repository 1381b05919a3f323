import { v1 } from '@authzed/authzed-node';
import type { CallOptions as GrpcCallOptions, Metadata } from '@grpc/grpc-js';
import {
  AuthorizationProvider,
  type BulkCheckAnswer,
  type CallOptions,
  type CheckAnswer,
  type CheckRequest,
  type Consistency,
  type GraphToken,
} from '../authorization-provider.ts';
import type { Precondition, Relationship, RelationshipFilter, RelationshipUpdate } from '../relationship.ts';
import { classified } from './spicedb-errors.ts';
import { bulkMessage, checkMessage, consistencyMessage, filterMessage, relationshipOf, tokenOf, writeMessage } from './spicedb-messages.ts';

/** The part of SpiceDB's permissions service that is used here. */
export type PermissionsClient = Pick<
  v1.PermissionsServiceClient,
  'checkPermission' | 'checkBulkPermissions' | 'readRelationships' | 'writeRelationships'
>;

/** Milliseconds. A read's is for each of its pages. */
export interface Deadlines {
  readonly check: number;
  readonly write: number;
  readonly readPage: number;
}

export const defaultDeadlines: Deadlines = { check: 1_000, write: 5_000, readPage: 10_000 };

/** SpiceDB's own limit for one WriteRelationships, as it ships. */
const maxBatch = 1_000;
const pageSize = 1_000;

type Callback<Response> = (error: unknown, response?: Response) => void;

/**
 * SpiceDB over gRPC. Calls go to the generated client with a callback and one promise each: the promise façade of
 * authzed-node adds a proxy, a bind and an interceptor, which is a tenth of the time of a cached check.
 */
export class SpiceDbAuthorizationProvider extends AuthorizationProvider {
  constructor(
    private readonly client: PermissionsClient,
    /** Carries the preshared key; gRPC copies it for every call. */
    private readonly metadata: Metadata,
    private readonly deadlines: Deadlines = defaultDeadlines,
  ) {
    super();
  }

  override check(request: CheckRequest, consistency: Consistency, options?: CallOptions): Promise<CheckAnswer> {
    return new Promise((resolve, reject) => {
      const answered: Callback<v1.CheckPermissionResponse> = (error, response) => {
        if (response === undefined || error) reject(classified(error, 'check'));
        else resolve({ allowed: isAllowed(response), checkedAt: tokenOf(response.checkedAt) });
      };
      this.client.checkPermission(checkMessage(request, consistency), this.metadata, within(options, this.deadlines.check), answered);
    });
  }

  override checkBulk(requests: readonly CheckRequest[], consistency: Consistency, options?: CallOptions): Promise<BulkCheckAnswer> {
    return new Promise((resolve, reject) => {
      refuseOversize('checks', requests.length);
      const answered: Callback<v1.CheckBulkPermissionsResponse> = (error, response) => {
        if (response === undefined || error) return reject(classified(error, 'check'));
        const failed = response.pairs.find(({ response: item }) => item.oneofKind !== 'item')?.response;
        if (failed !== undefined || response.pairs.length !== requests.length) {
          return reject(classified(failed?.oneofKind === 'error' ? failed.error : undefined, 'check'));
        }
        const allowed = response.pairs.map(({ response: pair }) => pair.oneofKind === 'item' && isAllowed(pair.item));
        resolve({ allowed, checkedAt: tokenOf(response.checkedAt) });
      };
      this.client.checkBulkPermissions(bulkMessage(requests, consistency), this.metadata, within(options, this.deadlines.check), answered);
    });
  }

  /** A cursor carries its revision, so every page after the first is of the same snapshot whatever is asked for. */
  override async *read(filter: RelationshipFilter, consistency: Consistency): AsyncIterable<Relationship> {
    const request: v1.ReadRelationshipsRequest = {
      consistency: consistencyMessage(consistency),
      relationshipFilter: filterMessage(filter),
      optionalLimit: pageSize,
    };
    for (;;) {
      const page = await this.readPage(request);
      for (const response of page) yield relationshipOf(response);
      const cursor = page.at(-1)?.afterResultCursor;
      if (page.length < pageSize || cursor === undefined) return;
      request.optionalCursor = cursor;
    }
  }

  private readPage(request: v1.ReadRelationshipsRequest): Promise<v1.ReadRelationshipsResponse[]> {
    return new Promise((resolve, reject) => {
      const page: v1.ReadRelationshipsResponse[] = [];
      const stream = this.client.readRelationships(request, this.metadata, within(undefined, this.deadlines.readPage));
      stream.on('data', (response: v1.ReadRelationshipsResponse) => page.push(response));
      stream.on('error', (error) => reject(classified(error, 'read')));
      stream.on('end', () => resolve(page));
    });
  }

  override write(
    updates: readonly RelationshipUpdate[],
    preconditions: readonly Precondition[] = [],
    options?: CallOptions,
  ): Promise<GraphToken> {
    return new Promise((resolve, reject) => {
      refuseOversize('updates', updates.length);
      const written: Callback<v1.WriteRelationshipsResponse> = (error, response) => {
        if (response === undefined || error) reject(classified(error, 'write'));
        else resolve(tokenOf(response.writtenAt));
      };
      this.client.writeRelationships(writeMessage(updates, preconditions), this.metadata, within(options, this.deadlines.write), written);
    });
  }
}

/** Only a clear yes counts: conditional answers belong to caveats, which the schema does not have. */
function isAllowed({ permissionship }: { readonly permissionship: v1.CheckPermissionResponse_Permissionship }): boolean {
  return permissionship === v1.CheckPermissionResponse_Permissionship.HAS_PERMISSION;
}

function within(options: CallOptions | undefined, deadlineMs: number): GrpcCallOptions {
  return { deadline: Date.now() + (options?.deadlineMs ?? deadlineMs) };
}

function refuseOversize(what: string, length: number): void {
  if (length < 1 || length > maxBatch) throw new RangeError(`1 to ${maxBatch} ${what} in one call, not ${length}`);
}
