import { SOMEBODY, tokenFor, type DevIdentity } from './dev-identity.ts';
import type { StackFile } from './stack-folder.ts';

interface Me {
  readonly id: string;
}

/** Asks the API as a development user. */
async function get(api: string, path: string, token: string): Promise<Response> {
  return fetch(`${api}${path}`, { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(10_000) });
}

/** A slug that is not taken, so that the printed call succeeds at the tenth start too. */
async function freeSlug(api: string, token: string): Promise<string> {
  for (let index = 1; ; index += 1) {
    const slug = index === 1 ? 'acme' : `acme-${index}`;
    const { status } = await get(api, `/v1/tenants/${slug}`, token);
    if (status === 404) return slug;
    if (status !== 200) throw new Error(`GET /v1/tenants/${slug} answered ${status}.`);
  }
}

/** What a person sees when all is up: where everything is, a token, and calls that work as they stand. */
export async function welcome(stack: StackFile, identity: DevIdentity): Promise<string> {
  const token = await tokenFor(identity, stack.administrator);
  const me = await get(stack.api, '/v1/me', await tokenFor(identity, SOMEBODY));
  if (!me.ok) throw new Error(`GET /v1/me answered ${me.status}: ${await me.text()}`);
  const { id: somebody } = (await me.json()) as Me;
  const slug = await freeSlug(stack.api, token);
  return `
Tenantry is ready.

  API        ${stack.api}          documentation: ${stack.api}/docs
  Worker     ${stack.worker}/readyz
  SpiceDB    ${stack.spicedb.endpoint}   key in .tenantry/stack.json
  Issuer     ${stack.issuer.url}   a token for anybody: POST /token {"sub":"carol"}

You are ${stack.administrator}, who administers this platform. Your token, good for a day:

export TOKEN=${token}

Create a tenant, read it, add ${SOMEBODY} to it:

curl -sS ${stack.api}/v1/tenants -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"name":"Acme","slug":"${slug}"}'
curl -sS ${stack.api}/v1/tenants/${slug} -H "Authorization: Bearer $TOKEN"
curl -sS ${stack.api}/v1/tenants/${slug}/members -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"user_id":"${somebody}","role":"member"}'

See the whole story with direct SpiceDB checks: npm run demo. Stop with Ctrl-C.
`;
}
