import { DevIssuer } from '../issuer/dev-issuer.ts';
import { signingKey } from '../issuer/signing-key.ts';
import type { StackFolder } from './stack-folder.ts';

export const AUDIENCE = 'tenantry';

/** Ada administers the platform; Ben is somebody else. */
export const ADMINISTRATOR = 'ada';
export const SOMEBODY = 'ben';

export interface DevIdentity {
  readonly issuer: DevIssuer;
  readonly url: string;
  /** The `iss` of its tokens. */
  readonly name: string;
}

/** The issuer's name is fixed at the first start: it is half of every user's identity, whatever port is free later. */
export async function startDevIssuer(folder: StackFolder, port: number): Promise<DevIdentity> {
  const kept = (await folder.kept<{ issuer: string }>('issuer.json'))?.issuer;
  const name = kept ?? `http://127.0.0.1:${port}`;
  const issuer = new DevIssuer({ issuer: name, audience: AUDIENCE, key: await signingKey(folder.file('issuer-key.json')) });
  const url = await issuer.listen(port);
  if (!kept) await folder.write('issuer.json', { issuer: name });
  return { issuer, url, name };
}

export function tokenFor(identity: DevIdentity, sub: string): Promise<string> {
  return identity.issuer.token({
    sub,
    email: `${sub}@example.test`,
    name: sub.charAt(0).toUpperCase() + sub.slice(1),
    emailVerified: true,
    audience: AUDIENCE,
    lifetime: 86_400,
  });
}
