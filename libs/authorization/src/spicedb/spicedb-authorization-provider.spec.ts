import { v1 } from '@authzed/authzed-node';
import { Metadata, status, type CallOptions } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { AuthorizationUnavailable, GraphSchemaMissing } from '../errors.ts';
import { question } from '../testing/edge-notation.ts';
import { SpiceDbAuthorizationProvider, type PermissionsClient } from './spicedb-authorization-provider.ts';

const ask = question('tenant:t#view@user:ann');
const fast = { kind: 'minimize_latency' } as const;
const { HAS_PERMISSION, NO_PERMISSION, CONDITIONAL_PERMISSION, UNSPECIFIED } = v1.CheckPermissionResponse_Permissionship;

/** A client that answers what it is told, and keeps what it was asked. */
class ScriptedClient {
  readonly asked: { request: unknown; metadata: Metadata; options: CallOptions }[] = [];

  constructor(
    private readonly response: object | undefined,
    private readonly error: unknown = null,
  ) {}

  readonly call = (request: unknown, metadata: Metadata, options: CallOptions, answer: (error: unknown, response?: object) => void) => {
    this.asked.push({ request, metadata, options });
    setImmediate(() => answer(this.error, this.response));
  };

  private readonly unary = (_path: string, _encode: unknown, _decode: unknown, ...rest: Parameters<ScriptedClient['call']>) =>
    this.call(...rest);

  provider(metadata = new Metadata()): SpiceDbAuthorizationProvider {
    const client = { checkPermission: this.call, checkBulkPermissions: this.call, makeUnaryRequest: this.unary };
    return new SpiceDbAuthorizationProvider(client as unknown as PermissionsClient, metadata);
  }
}

const pair = (permissionship: number) => ({ response: { oneofKind: 'item', item: { permissionship } } });

describe('SpiceDbAuthorizationProvider', () => {
  it.each([
    [HAS_PERMISSION, true],
    [NO_PERMISSION, false],
    [CONDITIONAL_PERMISSION, false],
    [UNSPECIFIED, false],
  ])('only a clear yes is a yes: %i is %s', async (permissionship, allowed) => {
    const checkedAt = { token: 'z' };
    expect(await new ScriptedClient({ permissionship, checkedAt }).provider().check(ask, fast)).toEqual({ allowed, checkedAt: 'z' });
    const bulk = new ScriptedClient({ pairs: [pair(permissionship), pair(HAS_PERMISSION)], checkedAt }).provider();
    expect(await bulk.checkBulk([ask, ask], fast)).toEqual({ allowed: [allowed, true], checkedAt: 'z' });
  });

  it('Z-3 an item of a bulk check that failed fails the call, with the error it was', async () => {
    const failed = (error: object) =>
      new ScriptedClient({ pairs: [pair(HAS_PERMISSION), { response: { oneofKind: 'error', error } }] }).provider();
    const unknown = { code: status.FAILED_PRECONDITION, message: 'object definition `planet` not found', details: [] };
    await expect(failed(unknown).checkBulk([ask, ask], fast)).rejects.toBeInstanceOf(GraphSchemaMissing);
    const late = { code: status.DEADLINE_EXCEEDED, message: 'context deadline exceeded', details: [] };
    await expect(failed(late).checkBulk([ask, ask], fast)).rejects.toBeInstanceOf(AuthorizationUnavailable);
  });

  it('Z-3 a bulk answer with fewer items than questions, or an item without an answer, is none', async () => {
    await expect(new ScriptedClient({ pairs: [pair(HAS_PERMISSION)] }).provider().checkBulk([ask, ask], fast)).rejects.toBeInstanceOf(
      AuthorizationUnavailable,
    );
    const silent = new ScriptedClient({ pairs: [pair(HAS_PERMISSION), { response: { oneofKind: undefined } }] }).provider();
    await expect(silent.checkBulk([ask, ask], fast)).rejects.toBeInstanceOf(AuthorizationUnavailable);
  });

  it('sends the key and a deadline with every call: 1 s for a check, 2 s for a write, or what the caller says', async () => {
    const client = new ScriptedClient({ permissionship: HAS_PERMISSION, pairs: [pair(HAS_PERMISSION)], writtenAt: { token: 'z' } });
    const metadata = new Metadata();
    metadata.set('authorization', 'Bearer key');
    const provider = client.provider(metadata);
    const before = Date.now();
    await provider.check(ask, fast);
    await provider.checkBulk([ask], fast);
    await provider.write([{ operation: 'delete', relationship: { resource: ask.resource, relation: 'member', subject: ask.subject } }]);
    await provider.check(ask, fast, { deadlineMs: 250 });
    const given = client.asked.map(({ options }) => Math.round((Number(options.deadline) - before) / 100) * 100);
    expect(
      given.map((milliseconds, index) => milliseconds - [1_000, 1_000, 2_000, 250][index]!).every((late) => late >= 0 && late <= 200),
    ).toBe(true);
    expect(client.asked.every((call) => call.metadata.get('authorization')[0] === 'Bearer key')).toBe(true);
  });

  it('Z-3 no response and no error is no answer', async () => {
    await expect(new ScriptedClient(undefined).provider().check(ask, fast)).rejects.toBeInstanceOf(AuthorizationUnavailable);
  });
});
