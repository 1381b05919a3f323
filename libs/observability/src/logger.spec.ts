import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createLogger, lineLogger, type Logger } from './logger.ts';

function logged(write: (logger: Logger) => void): string {
  const lines: string[] = [];
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString());
      done();
    },
  });
  write(createLogger({ service: 'api', level: 'info', destination }));
  return lines.join('');
}

describe('no secret is ever written to the log', () => {
  it.each(['authorization', 'cookie', 'token', 'password', 'secret', 'headers', 'body', 'rawBody'])(
    '%s, at any of three depths',
    (name) => {
      const text = logged((logger) => logger.info({ [name]: 'hunter2', request: { [name]: 'hunter2', raw: { [name]: 'hunter2' } } }, 'x'));
      expect(text).not.toContain('hunter2');
    },
  );

  it('what vendors hang on their errors: row values, claims, metadata', () => {
    const cause = Object.assign(new Error('duplicate key'), { detail: 'Key (email)=(hunter2)', parameters: ['hunter2'], code: '23505' });
    const error = Object.assign(new Error('failed', { cause }), { payload: { email: 'hunter2' }, metadata: { authorization: 'hunter2' } });
    const text = logged((logger) => logger.error({ err: error }, 'request failed'));
    expect(text).not.toContain('hunter2');
    expect(JSON.parse(text)).toMatchObject({
      level: 'error',
      err: { message: 'failed', cause: { message: 'duplicate key', code: '23505' } },
    });
  });

  it('a chain of causes that never ends is cut', () => {
    const error = new Error('a');
    error.cause = error;
    expect(logged((logger) => logger.error({ err: error }, 'x'))).toContain('"message":"a"');
  });

  it('text of callers cannot forge a line', () => {
    expect(
      logged((logger) => logger.info({ name: 'a\n{"level":"error"}' }, 'x'))
        .trimEnd()
        .split('\n'),
    ).toHaveLength(1);
  });

  it('lines of fixed members go to the same place, under the same name and level', () => {
    const text = logged((logger) => {
      lineLogger(logger).info({ route: '/v1/me' }, 'request');
      lineLogger(logger).debug({}, 'not written');
    });
    expect(JSON.parse(text)).toMatchObject({ level: 'info', service: 'api', route: '/v1/me', time: expect.stringMatching(/^\d{4}-.*Z$/) });
  });
});
