import { expect, test } from 'vitest';
import { readable } from './log-lines.ts';

test('a record reads as level and message', () => {
  expect(readable('{"level":30,"time":1,"msg":"the worker is at work"}')).toBe('info the worker is at work');
});

test('a request reads as one line', () => {
  const record = { level: 'info', msg: 'request', method: 'GET', route: '/v1/me', status: 200, duration_ms: 3.4, request_id: 'x' };
  expect(readable(JSON.stringify(record))).toBe('info request GET /v1/me 200 3 ms');
});

test('where and which is said', () => {
  expect(readable('{"level":"info","msg":"took over a shard","shard":0}')).toBe('info took over a shard (shard 0)');
  expect(readable('{"level":"info","msg":"listening","port":3000}')).toBe('info listening (port 3000)');
});

test('an error keeps its stack', () => {
  expect(readable('{"level":50,"msg":"failed","err":{"message":"no","stack":"Error: no\\n    at x"}}')).toBe(
    'error failed Error: no\n    at x',
  );
});

test('anything else stays as it is', () => {
  expect(readable('plain words')).toBe('plain words');
  expect(readable('{not json')).toBe('{not json');
});
