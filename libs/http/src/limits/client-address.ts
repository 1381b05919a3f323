import { isIPv6 } from 'node:net';

const mapped = '::ffff:';
const longestText = 64;

function firstGroups(address: string): string[] {
  const [head = '', tail = ''] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  // An IPv4 address at the end stands for two groups.
  const written = left.length + right.length + (tail.includes('.') ? 1 : 0);
  const between = address.includes('::') ? Array<string>(Math.max(8 - written, 0)).fill('0') : [];
  return [...left, ...between, ...right].slice(0, 4);
}

/**
 * What an address counts as. In IPv6 the first 64 bits: everybody gets as many addresses as they like below them (RFC 6177).
 * What a proxy passes on need not be an address; such text is cut.
 */
export function addressKeyOf(address: string): string {
  if (!address.includes(':')) return address.slice(0, longestText);
  if (address.startsWith(mapped) && address.includes('.')) return address.slice(mapped.length, longestText);
  const [plain = ''] = address.toLowerCase().split('%');
  if (!isIPv6(plain)) return plain.slice(0, longestText);
  return `${firstGroups(plain)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
