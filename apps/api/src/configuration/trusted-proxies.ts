import type { Environment } from '#configuration';
import { isIP, isIPv4 } from 'node:net';

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  if (isIP(address) === 0 || more.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) >= 1 && Number(prefix) <= (isIPv4(address) ? 32 : 128));
}

/**
 * `TRUSTED_PROXIES`: addresses and networks in CIDR form, separated by commas. The client is the last address in X-Forwarded-For
 * that is none of them. Without any, the header is not read: everybody could write anything into it. A network of everything
 * (`0.0.0.0/0`) is refused for the same reason.
 */
export function trustedProxies(environment: Environment): readonly string[] {
  const proxies = (environment.optional('TRUSTED_PROXIES') ?? '').split(',').map((entry) => entry.trim());
  const named = proxies.filter((entry) => entry !== '');
  for (const entry of named) {
    if (!isNetwork(entry)) environment.reject(`TRUSTED_PROXIES: "${entry}" is not an address or a network such as 10.0.0.0/8`);
  }
  return named;
}
