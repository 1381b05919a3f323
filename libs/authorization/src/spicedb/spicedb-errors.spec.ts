import { Metadata, status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import {
  AuthorizationUnavailable,
  GraphSchemaMissing,
  InvalidGraphRequest,
  InvalidGraphSchema,
  InvalidGraphToken,
  InvalidRelationship,
  PreconditionNotMet,
} from '../errors.ts';
import { classified, type EngineOperation } from './spicedb-errors.ts';

// Texts as SpiceDB 1.54 sent them.
const texts = {
  precondition:
    'unable to satisfy write precondition `operation:OPERATION_MUST_MATCH  filter:{resource_type:"tenant"  optional_resource_id:"zz"}`',
  definition: 'object definition `nope` not found',
  relation: 'relation/permission `memberr` not found under definition `tenant`',
  noSchema: 'no schema has been defined; please call WriteSchema to start',
  depth: 'max depth exceeded: this usually indicates a recursive or too deep data dependency. See https://spicedb.dev/d/debug-max-depth',
  subject: 'subjects of type `platform` are not allowed on relation `tenant#member`',
  permission: 'cannot write a relationship to permission `access` under definition `tenant`',
  letters: 'validation error: updates[0].relationship.resource.object_id: does not match regex pattern `^(([a-zA-Z0-9/_|\\-=+]{1,})|\\*)$`',
  twice:
    'found more than one update with relationship `tenant:a#member@user:u` in this request; a relationship can only be specified in an update once per overall WriteRelationships request',
  tooMany: 'too many updates (1001) for WriteRelationships call (maximum: 1000); consider using ImportBulkRelationships API instead',
  revision: 'invalid revision requested',
  old: 'invalid revision: revision has expired',
  foreign: 'ZedToken specified references a different datastore instance but at-exact-snapshot was requested',
  wildcard: 'invalid argument: cannot perform check on wildcard subject',
  schema: 'parse error in `schema`, line 1, column 13: Expected one of: [TokenTypeLeftBrace], found: TokenTypeEOF',
  serialise: 'Request message serialization failure: Cannot read properties of undefined',
};

type Row = readonly [
  code: keyof typeof status,
  text: string,
  reason: string,
  operation: EngineOperation,
  expected: new (...args: never[]) => Error,
];
const rows: readonly Row[] = [
  ['FAILED_PRECONDITION', texts.precondition, 'WRITE_OR_DELETE_PRECONDITION_FAILURE', 'write', PreconditionNotMet],
  ['FAILED_PRECONDITION', texts.definition, 'UNKNOWN_DEFINITION', 'check', GraphSchemaMissing],
  ['FAILED_PRECONDITION', texts.relation, 'UNKNOWN_RELATION_OR_PERMISSION', 'write', GraphSchemaMissing],
  ['NOT_FOUND', texts.noSchema, '', 'check', GraphSchemaMissing],
  ['FAILED_PRECONDITION', texts.depth, 'MAXIMUM_DEPTH_EXCEEDED', 'check', AuthorizationUnavailable],
  ['INVALID_ARGUMENT', texts.subject, 'INVALID_SUBJECT_TYPE', 'write', InvalidRelationship],
  ['INVALID_ARGUMENT', texts.permission, 'CANNOT_UPDATE_PERMISSION', 'write', InvalidRelationship],
  ['INVALID_ARGUMENT', texts.letters, '', 'write', InvalidRelationship],
  ['INVALID_ARGUMENT', texts.twice, 'UPDATES_ON_SAME_RELATIONSHIP', 'write', InvalidRelationship],
  ['INVALID_ARGUMENT', texts.tooMany, 'TOO_MANY_UPDATES_IN_REQUEST', 'write', RangeError],
  ['INVALID_ARGUMENT', texts.revision, '', 'check', InvalidGraphToken],
  ['OUT_OF_RANGE', texts.old, '', 'read', InvalidGraphToken],
  ['UNKNOWN', texts.foreign, '', 'check', InvalidGraphToken],
  ['INVALID_ARGUMENT', texts.foreign, '', 'check', InvalidGraphToken],
  ['INVALID_ARGUMENT', texts.wildcard, '', 'check', InvalidGraphRequest],
  ['INVALID_ARGUMENT', 'invalid cursor: the cursor is for another call', 'INVALID_CURSOR', 'read', AuthorizationUnavailable],
  ['INVALID_ARGUMENT', texts.schema, 'SCHEMA_PARSE_ERROR', 'schema', InvalidGraphSchema],
  ['FAILED_PRECONDITION', 'cannot delete relation', '', 'schema', InvalidGraphSchema],
  ['INTERNAL', texts.serialise, '', 'write', InvalidRelationship],
  ['INTERNAL', texts.serialise, '', 'check', InvalidGraphRequest],
];

const outages: readonly (keyof typeof status)[] = [
  'UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'RESOURCE_EXHAUSTED',
  'UNAUTHENTICATED',
  'PERMISSION_DENIED',
  'ABORTED',
  'INTERNAL',
  'UNKNOWN',
  'CANCELLED',
  'UNIMPLEMENTED',
  'DATA_LOSS',
];

describe('classified', () => {
  it.each(rows)('%s "%s" without details', (code, text, _reason, operation, expected) => {
    expect(classified(grpcError(status[code], text), operation)).toBeInstanceOf(expected);
  });

  it.each(rows.filter(([, , reason]) => reason !== ''))(
    '%s by its reason alone, whatever the text: "%s"',
    (code, _text, reason, operation, expected) => {
      expect(classified(grpcError(status[code], 'said otherwise', reason), operation)).toBeInstanceOf(expected);
    },
  );

  it.each(outages.flatMap((code) => (['check', 'read', 'write', 'schema'] as const).map((operation) => [code, operation] as const)))(
    'P-3 %s of a %s is an outage',
    (code, operation) => {
      const error = classified(grpcError(status[code], 'whatever it says'), operation);
      expect(error).toBeInstanceOf(AuthorizationUnavailable);
      expect(error).toMatchObject({ kind: 'unavailable', code: 'authorization_unavailable', retryAfterSeconds: 1 });
    },
  );

  it('reads the status of one item of a bulk check', () => {
    const item = {
      code: status.FAILED_PRECONDITION,
      message: texts.definition,
      details: [{ typeUrl: 'type.googleapis.com/google.rpc.ErrorInfo', value: errorInfo('UNKNOWN_DEFINITION') }],
    };
    expect(classified(item, 'check')).toBeInstanceOf(GraphSchemaMissing);
    expect(classified({ ...item, details: [] }, 'check')).toBeInstanceOf(GraphSchemaMissing);
  });

  it.each([undefined, null, new Error('something'), 'text', { code: 'ECONNRESET' }])('what nobody can read is an outage: %s', (error) => {
    expect(classified(error, 'write')).toBeInstanceOf(AuthorizationUnavailable);
  });

  it('keeps the cause out of the public message', () => {
    const error = classified(grpcError(status.UNAVAILABLE, 'connect ECONNREFUSED 10.0.0.7:50051'), 'check');
    expect(error.message).not.toContain('10.0.0.7');
    expect((error.cause as { details: string }).details).toContain('10.0.0.7');
  });
});

function grpcError(code: number, details: string, reason = ''): Error {
  const metadata = new Metadata();
  if (reason !== '')
    metadata.set(
      'grpc-status-details-bin',
      Buffer.concat([varintField(1, code), field(2, Buffer.from(details)), field(3, any(errorInfo(reason)))]),
    );
  return Object.assign(new Error(`${code} NAME: ${details}`), { code, details, metadata });
}

// google.rpc.Status, google.protobuf.Any and google.rpc.ErrorInfo as they travel.
const field = (number: number, bytes: Uint8Array) => Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
const varintField = (number: number, value: number) => Buffer.from([number << 3, value]);
const any = (value: Uint8Array) => Buffer.concat([field(1, Buffer.from('type.googleapis.com/google.rpc.ErrorInfo')), field(2, value)]);
const errorInfo = (reason: string) =>
  Buffer.concat([field(1, Buffer.from(`ERROR_REASON_${reason}`)), field(2, Buffer.from('authzed.com'))]);
