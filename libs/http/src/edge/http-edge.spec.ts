import { DomainError } from '#kernel';
import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { IsObject } from 'class-validator';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PageQuery } from '../paging/page-query.ts';
import { Authenticated, Idempotency, Versioned } from '../routes/route-declaration.ts';
import { probeServer, type ProbeServer } from '../testing/probe-server.ts';
import { IsTextOf, MayBeAbsent, MayBeNull } from '../validation/members.ts';
import { validated } from '../validation/validated.ts';
import { absentId } from './http-edge.ts';

class NoteBody {
  @IsTextOf(1, 5)
  name!: string;

  @MayBeNull()
  @IsTextOf(1, 5)
  nick?: string | null;

  @MayBeAbsent()
  @IsObject()
  extra?: object;
}

class EngineSpoke extends DomainError {
  override readonly kind = 'unavailable';
  override readonly code = 'database_unavailable';
}

@Controller('notes')
class Notes {
  @Get()
  @Authenticated()
  @Idempotency('safe')
  list(@Query(validated) query: PageQuery) {
    return { size: query.pageSize, cursor: query.cursor ?? null };
  }

  @Get('broken')
  @Authenticated()
  @Idempotency('safe')
  broken() {
    throw new Error('relation "secrets" does not exist');
  }

  @Get('outage')
  @Authenticated()
  @Idempotency('safe')
  outage() {
    throw new EngineSpoke('The database cannot be reached right now.', { cause: new Error('password of role x') });
  }

  @Get(':note')
  @Authenticated()
  @Idempotency('safe')
  @Versioned()
  read(@Param('note') note: string) {
    return { note, version: 7 };
  }

  @Post()
  @Authenticated()
  @Idempotency('key')
  write(@Body(validated) body: NoteBody) {
    return body;
  }

  @Post('bare')
  @Authenticated()
  @Idempotency('key')
  bare() {
    return {};
  }

  @Patch(':note')
  @Authenticated()
  @Idempotency('natural')
  change(@Body(validated) body: NoteBody) {
    return body;
  }
}

/** With so many members inside of its own two. */
const manyMembers = (count: number) =>
  JSON.stringify({ name: 'a', extra: Object.fromEntries(Array.from({ length: count }, (_, at) => [`m${at}`, at])) });

let probe: ProbeServer;
const json = { 'content-type': 'application/json' };
const send = (method: string, url: string, payload?: string | Buffer, headers: Record<string, string> = json) =>
  probe.edge.instance.inject({ method: method as 'GET', url, headers, ...(payload === undefined ? {} : { payload }) });

beforeAll(async () => {
  probe = await probeServer([Notes]);
});
afterAll(() => probe.app.close());

describe('H-1 every error has one shape', () => {
  it('H-1 an unknown error is a 500 without its words, and its cause reaches the log', async () => {
    const answer = await send('GET', '/notes/broken');
    expect(answer.statusCode).toBe(500);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toEqual({
      type: 'urn:tenantry:error:internal_error',
      title: expect.any(String),
      status: 500,
      code: 'internal_error',
      detail: 'Something went wrong on our side.',
      request_id: answer.headers['x-request-id'],
    });
    expect(probe.failures.seen.at(-1)?.error).toMatchObject({ message: 'relation "secrets" does not exist' });
  });

  it('H-1 an outage is a 503 with Retry-After and without the words of the engine', async () => {
    const answer = await send('GET', '/notes/outage');
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.body).not.toContain('password');
  });

  it.each([
    ['an unknown path', 'GET', '/nowhere', undefined, json, 404, 'route_not_found'],
    ['an unknown method', 'DELETE', '/notes', undefined, json, 405, 'method_not_allowed'],
    ['a method that only an id takes, on a path that is none', 'PATCH', '/notes/bare', '{}', json, 405, 'method_not_allowed'],
    ['a method that is new', 'QUERY', '/notes', undefined, {}, 405, 'method_not_allowed'],
    ['a body on an unknown path', 'POST', '/nowhere', '{', json, 404, 'route_not_found'],
    ['a bad escape in the path', 'GET', '/notes/%zz', undefined, json, 400, 'malformed_url'],
    ['broken JSON', 'POST', '/notes', '{"name":', json, 400, 'malformed_json'],
    ['JSON that is not UTF-8', 'POST', '/notes', Buffer.from([0x22, 0xff, 0x22]), json, 400, 'malformed_json'],
    ['a member called __proto__', 'POST', '/notes', '{"__proto__":{"a":1}}', json, 400, 'malformed_json'],
    [
      'another media type',
      'POST',
      '/notes',
      'name=x',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'unsupported_media_type',
    ],
    ['a media type that is none', 'POST', '/notes', '{}', { 'content-type': ';;;' }, 415, 'unsupported_media_type'],
    ['a body over the limit', 'POST', '/notes', JSON.stringify({ name: 'x'.repeat(300_000) }), json, 413, 'body_too_large'],
    ['blanks over the limit', 'POST', '/notes', ' '.repeat(300_000), json, 413, 'body_too_large'],
    ['a URL over the limit', 'GET', `/notes?cursor=${'x'.repeat(8_179)}`, undefined, {}, 414, 'url_too_long'],
    ['an overlong path that nobody knows', 'GET', `/${'x'.repeat(8_192)}`, undefined, {}, 414, 'url_too_long'],
    ['10,001 elements', 'POST', '/notes', `{"name":"a","extra":{"a":[${'1,'.repeat(9_997)}1]}}`, json, 400, 'body_too_many_members'],
    ['10,001 members', 'POST', '/notes', manyMembers(9_999), json, 400, 'body_too_many_members'],
    ['JSON nested too deep', 'POST', '/notes', `{"name":"a","extra":${'{"a":'.repeat(40)}1${'}'.repeat(40)}}`, json, 400, 'body_too_deep'],
    ['100,000 brackets', 'POST', '/notes', '['.repeat(100_000), json, 400, 'malformed_json'],
    [
      '100,000 nested arrays',
      'POST',
      '/notes',
      `{"name":"a","extra":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      json,
      400,
      'body_too_deep',
    ],
    ['no body where one is needed', 'POST', '/notes', undefined, {}, 422, 'validation_failed'],
    ['an empty body', 'POST', '/notes', '', json, 422, 'validation_failed'],
    ['an array', 'POST', '/notes', '[]', json, 422, 'validation_failed'],
    ['a body where none is taken', 'POST', '/notes/bare', '{"a":1}', json, 422, 'validation_failed'],
    ['a page size over the limit', 'GET', '/notes?page_size=201', undefined, json, 422, 'invalid_query'],
    ['an unknown parameter', 'GET', '/notes?offset=1', undefined, json, 422, 'invalid_query'],
    ['a parameter given twice', 'GET', '/notes?cursor=a&cursor=b', undefined, json, 422, 'invalid_query'],
    ['NUL in a parameter', 'GET', '/notes?cursor=%00', undefined, json, 422, 'invalid_query'],
  ])('H-5 %s: %s %s', async (_what, method, url, body, headers, status, code) => {
    const answer = await send(method, url, body, headers);
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json().request_id).toBe(answer.headers['x-request-id']);
    expect(answer.json().type).toBe(`urn:tenantry:error:${code}`);
  });

  it.each([
    ['a body of exactly 256 KiB', 'POST', '/notes', '{"name":"a"}'.padEnd(256 * 1024), 201],
    ['32 levels', 'POST', '/notes', `{"name":"a","extra":${'{"a":'.repeat(30)}{}${'}'.repeat(30)}}`, 201],
    ['10,000 members', 'POST', '/notes', manyMembers(9_998), 201],
    ['a URL of exactly 8 KiB', 'GET', `/notes?cursor=${'x'.repeat(8_178)}`, undefined, 200],
  ])('H-5 %s is within the limits', async (_what, method, url, body, status) => {
    expect((await send(method, url, body)).statusCode).toBe(status);
  });

  it('H-1 a path that exists under another method says which', async () => {
    expect((await send('DELETE', '/notes')).headers.allow).toBe('GET, HEAD, POST');
    expect((await send('PUT', '/notes/x')).headers.allow).toBe('GET, HEAD, PATCH');
    expect((await send('PUT', '/notes/bare')).headers.allow).toBe('POST');
  });
});

describe('H-4 bodies', () => {
  it.each([
    ['unknown members', { name: 'ok', role: 'admin' }, '/role'],
    ['a member called constructor', { name: 'ok', constructor: 'x' }, '/constructor'],
    ['a wrong type', { name: 5 }, '/name'],
    ['null where nothing can be removed', { name: null }, '/name'],
    ['null for a member that may only be absent', { name: 'ok', extra: null }, '/extra'],
    ['text that is only blank', { name: '   ' }, '/name'],
    ['text over the limit', { name: 'abcdef' }, '/name'],
    ['NUL in text', { name: 'a\0' }, '/name'],
    ['half a surrogate pair, deep inside', { name: 'ok', extra: { 'a/b': [{ '~': '\ud800' }] } }, '/extra/a~1b/0/~0'],
  ])('H-4 %s is refused with a pointer', async (_what, body, pointer) => {
    const answer = await send('POST', '/notes', JSON.stringify(body));
    expect(answer.statusCode).toBe(422);
    expect(answer.json().errors).toEqual([{ pointer, detail: expect.any(String) }]);
  });

  it('H-4 every wrong member is named at once', async () => {
    const answer = await send('POST', '/notes', JSON.stringify({ nick: 1, role: 'admin' }));
    expect(
      answer
        .json()
        .errors.map(({ pointer }: { pointer: string }) => pointer)
        .sort(),
    ).toEqual(['/name', '/nick', '/role']);
  });

  it('lengths count characters, not UTF-16 units, after trimming', async () => {
    expect((await send('POST', '/notes', JSON.stringify({ name: '  😀😀😀😀😀  ' }))).statusCode).toBe(201);
    expect((await send('POST', '/notes', JSON.stringify({ name: '😀😀😀😀😀😀' }))).statusCode).toBe(422);
  });

  it('H-4 a merge patch may be sent as such or as JSON, and null reaches the handler', async () => {
    for (const type of ['application/json', 'application/merge-patch+json', 'application/merge-patch+json; charset=utf-8']) {
      const answer = await send('PATCH', '/notes/x', '{"name":"a","nick":null}', { 'content-type': type });
      expect(answer.json()).toEqual({ name: 'a', nick: null });
    }
  });

  it('members named like parts of an object survive inside metadata', async () => {
    const answer = await send('POST', '/notes', '{"name":"a","extra":{"constructor":"x","toString":1}}');
    expect(answer.json().extra).toEqual({ constructor: 'x', toString: 1 });
  });
});

describe('answers', () => {
  it('H-4 a versioned answer carries its version as a strong ETag and may not be stored', async () => {
    const answer = await send('GET', '/notes/01JD0000000000000000000000');
    expect(answer.headers).toMatchObject({ etag: '"7"', 'cache-control': 'no-store' });
  });

  it('H-3 an id that has not the form of one becomes one that no row has', async () => {
    for (const id of ['x', '%00', '%2e%2e%2f', 'a'.repeat(400), '01jd0000000000000000000000']) {
      expect((await send('GET', `/notes/${id}`)).json().note).toBe(absentId);
    }
  });

  it('H-1 keeps a request id that has the form of one, and replaces any other', async () => {
    const kept = '0b0e2c5c-93a5-4a52-9f5e-1f6a1f2f3a4b';
    expect((await send('GET', '/nowhere', undefined, { 'x-request-id': kept })).headers['x-request-id']).toBe(kept);
    expect((await send('GET', '/nowhere', undefined, { 'x-request-id': 'forged\tline' })).headers['x-request-id']).toHaveLength(36);
  });

  it('H-1 what the HTTP parser refuses is answered in the same shape', async () => {
    await probe.app.listen(0, '127.0.0.1');
    const { port } = probe.edge.instance.server.address() as { port: number };
    for (const [request, status, code] of [
      ['GET / HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n', '400', 'malformed_request'],
      [`GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, '431', 'headers_too_large'],
    ]) {
      const text = await new Promise<string>((resolve, reject) => {
        let received = '';
        const socket = connect(port, '127.0.0.1', () => socket.write(request ?? ''));
        socket.on('data', (chunk) => (received += chunk.toString()));
        socket.on('end', () => resolve(received)).on('error', reject);
      });
      expect(text).toContain(`HTTP/1.1 ${status}`);
      expect(text).toContain(`"code":"${code}"`);
    }
  });
});
