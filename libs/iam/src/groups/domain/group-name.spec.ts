import { describe, expect, test } from 'vitest';
import { GroupDescriptionInvalid, GroupNameInvalid } from './errors.ts';
import { GROUP_DESCRIPTION_MAX_LENGTH, GROUP_NAME_MAX_LENGTH, groupDescription, groupName } from './group-name.ts';

describe('the name of a group', () => {
  test('is trimmed, and may be any printable text', () => {
    expect(groupName('  Billing Équipe 🧾 ')).toBe('Billing Équipe 🧾');
    expect(groupName('🧾'.repeat(GROUP_NAME_MAX_LENGTH))).toHaveLength(2 * GROUP_NAME_MAX_LENGTH);
  });

  test('G-1 is the same however its letters are composed', () => expect(groupName('Cafe\u0301')).toBe('Caf\u00e9'));

  test.each(['', '   ', 'x'.repeat(GROUP_NAME_MAX_LENGTH + 1), 'two\nlines', 'nul\0', '\ud800'])('is not %j', (text) =>
    expect(() => groupName(text)).toThrow(GroupNameInvalid),
  );
});

describe('the description of a group', () => {
  test('is trimmed, and may have lines', () => expect(groupDescription(' Who pays.\n\tAnd when. ')).toBe('Who pays.\n\tAnd when.'));

  test.each(['', ' \n ', 'x'.repeat(GROUP_DESCRIPTION_MAX_LENGTH + 1), 'nul\0', '\u001b[31m', '\udc00'])('is not %j', (text) =>
    expect(() => groupDescription(text)).toThrow(GroupDescriptionInvalid),
  );
});
