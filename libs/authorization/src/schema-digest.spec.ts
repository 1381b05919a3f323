import { describe, expect, it } from 'vitest';
import { digestOf } from './schema-digest.ts';

const schema = `
definition user {}
definition doc {
  relation reader: user
  relation blocked: user
  relation parent: doc
  permission read = (reader + parent->read) - blocked
}`;

/** The same, as the engine prints it: sorted, with the parentheses it deems needless left out. */
const printed = `definition doc {
	relation reader: user
	relation blocked: user
	relation parent: doc
	permission read = reader + parent->read - blocked
}

// A comment.
definition user {}`;

describe('digestOf', () => {
  it('is the same for the text and for what the engine reads back', () => {
    expect(digestOf(printed)).toBe(digestOf(schema));
    expect(digestOf(schema)).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['a permission', schema.replace('- blocked', '& blocked')],
    ['where parentheses matter', schema.replace('(reader + parent->read) - blocked', 'reader + (parent->read - blocked)')],
    ['what a relation takes', schema.replace('reader: user', 'reader: user | user:*')],
    ['an expiry', schema.replace('reader: user', 'reader: user with expiration')],
    ['a name', schema.replaceAll('blocked', 'banned')],
  ])('changes with %s', (_what, changed) => {
    expect(digestOf(changed)).not.toBe(digestOf(schema));
  });
});
