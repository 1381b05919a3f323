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
import { callEngine } from './engine-call.ts';
import { classified } from './spicedb-errors.ts';
import { bulkMessage, checkMessage, consistencyMessage, filterMessage, relationshipOf, tokenOf } from './spicedb-messages.ts';
import { writeBytes } from './write-bytes.ts';

/** The part of SpiceDB's permissions service that is used here. */
export type PermissionsClient = Pick<
  v1.PermissionsServiceClient,
  'checkPermission' | 'checkBulkPermissions' | 'readRelationships' | 'makeUnaryRequest'
>;

const writeMethod = '/authzed.api.v1.PermissionsService/WriteRelationships';
const asTheyAre = (bytes: Buffer): Buffer => bytes;
const writeResponse = (bytes: Buffer): v1.WriteRelationshipsResponse => v1.WriteRelationshipsResponse.fromBinary(bytes);

/** Milliseconds. A read's is for each of its pages. */
export interface Deadlines {
  readonly check: number;
  readonly write: number;
  readonly readPage: number;
}

/**
 * A call that hangs when the engine comes back must be given up, and tried again after at most 2 s, within the 5 s in which
 * everything is to work again. A write of 1,000 updates takes 0.1 to 0.3 s.
 */
export const defaultDeadlines: Deadlines = { check: 1_000, write: 2_000, readPage: 2_000 };

/** SpiceDB's own limit for one WriteRelationships, as it ships. */
const maxBatch = 1_000;
const pageSize = 1_000;

/**
 * SpiceDB over gRPC. Calls go to the generated client with a callback and one promise each: measured 81 µs of CPU for a check,
 * against 89 through the promise façade of authzed-node with its proxies and call credentials.
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
    const message = checkMessage(request, consistency);
    return callEngine<v1.CheckPermissionResponse, CheckAnswer>(
      'check',
      (answer) => this.client.checkPermission(message, this.metadata, within(options, this.deadlines.check), answer),
      (response) => ({ allowed: isAllowed(response), checkedAt: tokenOf(response.checkedAt) }),
    );
  }

  override async checkBulk(requests: readonly CheckRequest[], consistency: Consistency, options?: CallOptions): Promise<BulkCheckAnswer> {
    refuseOversize('checks', requests.length);
    const message = bulkMessage(requests, consistency);
    return callEngine<v1.CheckBulkPermissionsResponse, BulkCheckAnswer>(
      'check',
      (answer) => this.client.checkBulkPermissions(message, this.metadata, within(options, this.deadlines.check), answer),
      ({ pairs, checkedAt }) => ({ allowed: answersOf(pairs, requests.length), checkedAt: tokenOf(checkedAt) }),
    );
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
    return callEngine<v1.ReadRelationshipsResponse[], v1.ReadRelationshipsResponse[]>(
      'read',
      (answer) => {
        const page: v1.ReadRelationshipsResponse[] = [];
        const stream = this.client.readRelationships(request, this.metadata, within(undefined, this.deadlines.readPage));
        stream.on('data', (response: v1.ReadRelationshipsResponse) => page.push(response));
        stream.on('error', (error) => answer(error));
        stream.on('end', () => answer(null, page));
      },
      (page) => page,
    );
  }

  override async write(
    updates: readonly RelationshipUpdate[],
    preconditions: readonly Precondition[] = [],
    options?: CallOptions,
  ): Promise<GraphToken> {
    refuseOversize('updates', updates.length);
    const bytes = writeBytes(updates, preconditions);
    const deadline = within(options, this.deadlines.write);
    return callEngine<v1.WriteRelationshipsResponse, GraphToken>(
      'write',
      (answer) => this.client.makeUnaryRequest(writeMethod, asTheyAre, writeResponse, bytes, this.metadata, deadline, answer),
      ({ writtenAt }) => tokenOf(writtenAt),
    );
  }
}

function answersOf(pairs: readonly v1.CheckBulkPermissionsPair[], questions: number): boolean[] {
  if (pairs.length !== questions) throw classified(undefined, 'check');
  return pairs.map(({ response }) => {
    if (response.oneofKind === 'item') return isAllowed(response.item);
    throw classified(response.oneofKind === 'error' ? response.error : undefined, 'check');
  });
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
