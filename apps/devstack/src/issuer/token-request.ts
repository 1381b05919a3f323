/** Whom a development token is for. */
export interface TokenRequest {
  readonly sub: string;
  readonly email: string;
  readonly name: string;
  readonly emailVerified: boolean;
  readonly audience: string;
  /** Seconds. */
  readonly lifetime: number;
}

/** The request for a token cannot be understood; the message names the member at fault. */
export class InvalidTokenRequest extends Error {}

const DAY = 86_400;
const MEMBERS = new Set(['sub', 'email', 'name', 'email_verified', 'audience', 'expires_in']);

/** Reads a request body; a bare `{"sub":"ada"}` is Ada at example.test, for a day. */
export function tokenRequest(body: unknown, defaultAudience: string): TokenRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new InvalidTokenRequest('the body must be a JSON object');
  const given = body as Record<string, unknown>;
  const unknown = Object.keys(given).find((member) => !MEMBERS.has(member));
  if (unknown !== undefined) throw new InvalidTokenRequest(`unknown member ${JSON.stringify(unknown)}`);
  const sub = text(given, 'sub');
  if (sub === undefined) throw new InvalidTokenRequest('sub is required');
  return {
    sub,
    email: text(given, 'email') ?? `${sub}@example.test`,
    name: text(given, 'name') ?? sub.charAt(0).toUpperCase() + sub.slice(1),
    emailVerified: flag(given, 'email_verified') ?? true,
    audience: text(given, 'audience') ?? defaultAudience,
    lifetime: seconds(given, 'expires_in') ?? DAY,
  };
}

function text(given: Record<string, unknown>, member: string): string | undefined {
  const value = given[member];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value.trim() === '' || value.length > 255)
    throw new InvalidTokenRequest(`${member} must be a text of 1 to 255 characters`);
  return value;
}

function flag(given: Record<string, unknown>, member: string): boolean | undefined {
  const value = given[member];
  if (value === undefined || typeof value === 'boolean') return value;
  throw new InvalidTokenRequest(`${member} must be true or false`);
}

/** May be negative: a token already expired is worth having for a try. */
function seconds(given: Record<string, unknown>, member: string): number | undefined {
  const value = given[member];
  if (value === undefined) return undefined;
  if (!Number.isInteger(value) || Math.abs(value as number) > 30 * DAY)
    throw new InvalidTokenRequest(`${member} must be a whole number of seconds, 30 days at most`);
  return value as number;
}
