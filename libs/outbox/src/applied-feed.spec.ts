import { describe, expect, it } from 'vitest';
import { decodeNews, encodeNews, type AppliedNews } from './applied-feed.ts';

const news: AppliedNews = { shard: 3, epoch: 'e', seq: 7n, zedToken: 't', done: [1n, 2n], revokedTenants: ['a', null] };
const raw = { shard: 3, epoch: 'e', seq: '7', zedToken: 't', done: ['1'], revoked: [] };

describe('news of applied batches', () => {
  it('arrive as they were sent', () => {
    expect(decodeNews(encodeNews(news))).toEqual(news);
  });

  it.each<[string, string]>([
    ['not JSON', 'x'],
    ['a number', '5'],
    ['nothing', 'null'],
    ['a list', '[]'],
    ['another shape', '{"shard":0,"epoch":"x","zedToken":"t"}'],
    ...Object.entries({
      shard: '3',
      epoch: 5,
      seq: 7,
      zedToken: {},
      done: [{}],
      revoked: null,
    }).map(([member, value]) => [`another ${member}`, JSON.stringify({ ...raw, [member]: value })] satisfies [string, string]),
    ['a revoked tenant of another type', JSON.stringify({ ...raw, revoked: [5] })],
  ])('I-8 of another shape are no news: %s', (_, text) => {
    expect(decodeNews(JSON.stringify(raw))).not.toBeNull();
    expect(decodeNews(text)).toBeNull();
  });

  it('P-7 too many tenants to name are told as all of them, within what NOTIFY carries', () => {
    const revokedTenants = Array.from({ length: 101 }, (_, nth) => String(nth).padStart(26, '0'));
    expect(decodeNews(encodeNews({ ...news, revokedTenants }))?.revokedTenants).toEqual([null]);
    const long = { ...news, zedToken: 't'.repeat(200), done: Array.from({ length: 200 }, () => 10n ** 18n) };
    expect(encodeNews({ ...long, revokedTenants: revokedTenants.slice(1) }).length).toBeLessThan(8_000);
  });
});
