import { describe, expect, it } from 'vitest';
import { InvalidHeader } from '../validation/validation-failed.ts';
import { versionConditionOf } from './entity-tag.ts';

describe('H-4 If-Match as RFC 9110 has it', () => {
  it.each([
    ['"3"', [3]],
    ['"3", "4"', [3, 4]],
    [' "3" ,"4" ', [3, 4]],
    ['W/"3"', []],
    ['W/"3", "4"', [4]],
    ['"a,b", "4"', [4]],
    ['"03"', []],
    ['"-1"', []],
    ['""', []],
  ])('%s names the versions %j', (header, versions) => {
    expect(versionConditionOf(header)).toEqual({ any: false, versions });
  });

  it('* matches any version, and no header is no condition', () => {
    expect(versionConditionOf('*')).toEqual({ any: true });
    expect(versionConditionOf(undefined)).toBeUndefined();
  });

  it.each(['3', '"3', '3"', '"3" "4"', '', ' ', ',', '*, "3"', "'3'"])('%j is refused', (header) => {
    expect(() => versionConditionOf(header)).toThrow(InvalidHeader);
  });
});
