import { describe, expect, it } from 'vitest';
import { normalised } from './schema-digest.ts';
import { SchemaSyntaxError } from './schema-lexer.ts';
import { parseSchema } from './schema-parser.ts';

const definition = (permission: string) => `
definition user {}
definition doc {
  relation one: user
  relation two: user
  relation three: user
  relation parent: doc
  permission four = ${permission}
}`;
const meaning = (permission: string) => normalised(parseSchema(definition(permission))).match(/permission four = (.*)/)?.[1];

describe('parseSchema', () => {
  it('binds + before &, and & before -, as the engine does', () => {
    expect(meaning('one + two & three')).toBe('((one + two) & three)');
    expect(meaning('one & two + three')).toBe('(one & (two + three))');
    expect(meaning('one - two & three')).toBe('(one - (two & three))');
    expect(meaning('one - two + three')).toBe('(one - (two + three))');
    expect(meaning('one - two - three')).toBe('((one - two) - three)');
    expect(meaning('one + (two & three)')).toBe('(one + (two & three))');
    expect(meaning('one - (two - three)')).toBe('(one - (two - three))');
  });

  it('takes a chain of one operator as one', () => {
    expect(meaning('(one + two) + three')).toBe('(one + two + three)');
    expect(meaning('one & (two & three)')).toBe('(one & two & three)');
  });

  it('reads arrows, wildcards, subject relations, expiration, nil and comments', () => {
    const schema = parseSchema(`use expiration /* a block
      over lines */
      definition user {} // the end of a line
      definition team { relation member: user }
      definition doc {
        relation team: team
        relation reader: user | user:* | user with expiration | team#member
        permission read = reader + team->member
        permission never = nil
      }`);
    expect(normalised(schema)).toBe(
      [
        'definition doc',
        'relation reader: team#member | user | user with expiration | user:*',
        'relation team: team',
        'permission never = nil',
        'permission read = (reader + team->member)',
        'definition team',
        'relation member: user',
        'definition user',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['a caveat', 'definition user {} definition doc { relation reader: user with on_tuesdays }', /caveats/],
    ['an intersection arrow', definition('parent.all(one)'), /only `->`/],
    ['another language feature', 'use typechecking definition user {}', /only `use expiration`/],
    ['an unknown name', definition('one + five'), /no five/],
    ['an arrow from what is no relation', definition('five->one'), /five is no relation/],
    ['an arrow to nothing', definition('one->two'), /nothing behind one has two/],
    ['an unknown type', 'definition doc { relation reader: user }', /unknown user/],
    ['an unknown subject relation', 'definition user {} definition doc { relation reader: user#friend }', /user has no friend/],
    ['a name defined twice', 'definition user {} definition doc { relation one: user permission one = one }', /doc#one is defined twice/],
    ['a type defined twice', 'definition user {} definition user {}', /user is defined twice/],
    ['a missing brace', 'definition user {', /the end/],
    ['a letter that means nothing', 'definition user {}\n\n  @', /line 3: unexpected "@"/],
    ['something else than a definition', 'caveat tuesday() {}', /expected definition/],
  ])('refuses %s, saying where', (_what, text, problem) => {
    expect(() => parseSchema(text)).toThrow(SchemaSyntaxError);
    expect(() => parseSchema(text)).toThrow(problem);
  });
});
