import { describe, expect, it } from 'vitest';
import { FailPoints } from './fail-point.ts';

const armed = (text: string) => FailPoints.fromEnvironment({ FAIL_POINTS: text });

describe('fail points', () => {
  it('are not there unless switched on', async () => {
    expect(FailPoints.fromEnvironment({})).toBe(FailPoints.none);
    expect(FailPoints.fromEnvironment({ FAIL_POINTS: '', NODE_ENV: 'production' })).toBe(FailPoints.none);
    await expect(FailPoints.none.pass('anywhere')).resolves.toBeUndefined();
  });

  it('are refused in production', () => {
    expect(() => FailPoints.fromEnvironment({ FAIL_POINTS: 'after-commit=kill', NODE_ENV: 'production' })).toThrow(/production/);
  });

  it('act once, at the named passage of the named place', async () => {
    const points = armed('here=fail@2, there=fail');
    await points.pass('here');
    await expect(points.pass('here')).rejects.toThrow('here');
    await points.pass('here');
    await points.pass('elsewhere');
    await expect(points.pass('there')).rejects.toThrow('there');
  });

  it.each(['here', 'here=explode', 'here=toString', 'here=fail@', 'HERE=fail'])('cannot be misread: %s', (text) => {
    expect(() => armed(text)).toThrow(text);
  });

  it('can be told to a test instead', async () => {
    const passed: string[] = [];
    const points = FailPoints.calling(async (name) => void passed.push(name));
    await points.pass('a');
    await points.pass('b');
    expect(passed).toEqual(['a', 'b']);
  });
});
