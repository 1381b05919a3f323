import { mkdtemp, rm, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DevIssuer } from './dev-issuer.ts';
import { signingKey } from './signing-key.ts';

interface Discovery {
  readonly issuer: string;
  readonly jwks_uri: string;
  readonly token_endpoint: string;
}

const post = (url: string, body: string, contentType = 'application/json') =>
  fetch(url, { method: 'POST', headers: { 'content-type': contentType }, body });

/** Like a browser that was led here by somebody's DNS: another name in `Host`. */
const statusUnderName = (url: string, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });

describe('the development issuer', () => {
  let folder: string;
  let issuer: DevIssuer;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tenantry-issuer-'));
    issuer = new DevIssuer({ issuer: 'http://127.0.0.1:1', audience: 'tenantry', key: await signingKey(join(folder, 'key.json')) });
    url = await issuer.listen(0);
  });

  afterAll(async () => {
    await issuer.stop();
    await rm(folder, { recursive: true });
  });

  const discovery = async () => (await fetch(`${url}/.well-known/openid-configuration`)).json() as Promise<Discovery>;

  it('issues tokens that verify against the keys its discovery names', async () => {
    const { issuer: name, jwks_uri: keys, token_endpoint: endpoint } = await discovery();
    const answer = (await (await post(endpoint, '{"sub":"ada"}')).json()) as { access_token: string };
    const { payload, protectedHeader } = await jwtVerify(answer.access_token, createRemoteJWKSet(new URL(keys)), {
      issuer: name,
      audience: 'tenantry',
      algorithms: ['ES256'],
    });
    expect(payload).toMatchObject({ sub: 'ada', email: 'ada@example.test', email_verified: true, name: 'Ada' });
    expect(protectedHeader).toMatchObject({ alg: 'ES256', kid: expect.any(String) });
  });

  it('never shows the private half of its key', async () => {
    const { keys } = (await (await fetch(`${url}/jwks`)).json()) as { keys: Record<string, unknown>[] };
    expect(keys).toHaveLength(1);
    expect(keys[0]).not.toHaveProperty('d');
  });

  it('keeps its key over a restart, in a file of the owner’s alone', async () => {
    const path = join(folder, 'key.json');
    expect((await signingKey(path)).kid).toBe((await signingKey(path)).kid);
    expect((await stat(path)).mode & 0o077).toBe(0);
  });

  it.each([
    ['an unreadable body', '{', 'application/json', 400],
    ['a form, which any web page can send', 'sub=ada', 'application/x-www-form-urlencoded', 400],
    ['an oversize body', JSON.stringify({ sub: 'a'.repeat(20_000) }), 'application/json', 400],
    ['an unknown member', '{"sub":"a","scope":"x"}', 'application/json', 400],
  ])('refuses %s', async (_, body, contentType, expected) => {
    expect((await post(`${url}/token`, body, contentType)).status).toBe(expected);
  });

  it('answers under loopback names only', async () => {
    expect(await statusUnderName(`${url}/jwks`, 'localhost:3002')).toBe(200);
    expect(await statusUnderName(`${url}/jwks`, 'evil.example')).toBe(403);
  });

  it('has nothing else to offer', async () => {
    expect((await fetch(`${url}/token`)).status).toBe(404);
    expect((await fetch(`${url}/admin`)).status).toBe(404);
  });
});
