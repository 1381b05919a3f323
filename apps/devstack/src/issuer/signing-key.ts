import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** The issuer's ES256 key, made on first use and kept in a file of the owner's: tokens stay good over a restart. */
export async function signingKey(path: string): Promise<SigningKey> {
  const jwk = await storedKey(path);
  const { d: _private, ...publicPart } = jwk;
  const kid = createHash('sha256').update(`${jwk.x}.${jwk.y}`).digest('base64url').slice(0, 16);
  return { kid, privateKey: (await importJWK(jwk, 'ES256')) as CryptoKey, publicJwk: { ...publicPart, kid, alg: 'ES256', use: 'sig' } };
}

async function storedKey(path: string): Promise<JWK> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text !== undefined) return JSON.parse(text) as JWK;
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  await writeFile(path, JSON.stringify(jwk), { mode: 0o600, flag: 'wx' });
  return jwk;
}
