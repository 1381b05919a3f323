import { expect, test } from 'vitest';
import { readable } from './log-lines.ts';

test('a record reads as level and message', () => {
  expect(readable('{"level":30,"time":1,"msg":"the worker is at work"}')).toBe('info the worker is at work');
});

test('a request reads as one line', () => {
  const record = {
    level: 30,
    msg: 'request completed',
    req: { method: 'GET', url: '/v1/me' },
    res: { statusCode: 200 },
    responseTime: 3.4,
  };
  expect(readable(JSON.stringify(record))).toBe('info request completed GET /v1/me 200 3 ms');
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
