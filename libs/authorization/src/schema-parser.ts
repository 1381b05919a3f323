import { TokenStream, SchemaSyntaxError } from './schema-lexer.ts';
import { type AllowedSubject, type Definition, type PermissionExpression, type SchemaModel } from './schema-model.ts';

/**
 * Reads the part of SpiceDB's schema language that this product uses: definitions, relations with wildcards, subject
 * relations and expiration, and permissions of `+`, `&`, `-`, arrows and `nil`. Anything else (caveats, `.any`, `.all`)
 * is refused rather than guessed. Operators bind as in SpiceDB: `+` before `&`, `&` before `-`; the engine leaves out the
 * parentheses that this makes unnecessary when it prints a schema back.
 */
export function parseSchema(text: string): SchemaModel {
  const tokens = new TokenStream(text);
  const definitions = new Map<string, Definition>();
  while (!tokens.done) {
    if (tokens.accept('use')) {
      if (tokens.identifier() !== 'expiration') tokens.fail('only `use expiration` is known');
      continue;
    }
    tokens.expect('definition');
    const definition = parseDefinition(tokens);
    if (definitions.has(definition.name)) tokens.fail(`${definition.name} is defined twice`);
    definitions.set(definition.name, definition);
  }
  const schema = { definitions };
  for (const definition of definitions.values()) checkReferences(schema, definition);
  return schema;
}

function parseDefinition(tokens: TokenStream): Definition {
  const name = typeName(tokens);
  const relations = new Map<string, readonly AllowedSubject[]>();
  const permissions = new Map<string, PermissionExpression>();
  tokens.expect('{');
  while (!tokens.accept('}')) {
    const kind = tokens.identifier();
    const member = tokens.identifier();
    if (relations.has(member) || permissions.has(member)) tokens.fail(`${name}#${member} is defined twice`);
    if (kind === 'relation') {
      tokens.expect(':');
      relations.set(member, separated(tokens, '|', allowedSubject));
    } else if (kind === 'permission') {
      tokens.expect('=');
      permissions.set(member, exclusion(tokens));
    } else tokens.fail(`expected relation or permission, found ${kind}`);
  }
  return { name, relations, permissions };
}

function typeName(tokens: TokenStream): string {
  return separated(tokens, '/', (stream) => stream.identifier()).join('/');
}

function allowedSubject(tokens: TokenStream): AllowedSubject {
  const type = typeName(tokens);
  const wildcard = tokens.accept(':');
  if (wildcard) tokens.expect('*');
  const relation = tokens.accept('#') ? tokens.identifier() : undefined;
  const expires = tokens.accept('with');
  if (expires && tokens.identifier() !== 'expiration') tokens.fail('caveats are not used here');
  return { type, wildcard, expires, ...(relation === undefined ? {} : { relation }) };
}

function separated<T>(tokens: TokenStream, separator: string, parse: (tokens: TokenStream) => T): T[] {
  const items = [parse(tokens)];
  while (tokens.accept(separator)) items.push(parse(tokens));
  return items;
}

function exclusion(tokens: TokenStream): PermissionExpression {
  return separated(tokens, '-', intersection).reduce((base, excluded) => ({ kind: 'exclusion', base, excluded }));
}

const intersection = (tokens: TokenStream) => flattened('intersection', separated(tokens, '&', union));
const union = (tokens: TokenStream) => flattened('union', separated(tokens, '+', term));

/** `(a + b) + c` and `a + b + c` are the same, and the engine prints one of them. */
function flattened(kind: 'union' | 'intersection', operands: readonly PermissionExpression[]): PermissionExpression {
  const [first, ...others] = operands;
  if (first !== undefined && others.length === 0) return first;
  return { kind, operands: operands.flatMap((operand) => (operand.kind === kind ? operand.operands : [operand])) };
}

function term(tokens: TokenStream): PermissionExpression {
  if (tokens.accept('(')) {
    const inner = exclusion(tokens);
    tokens.expect(')');
    return inner;
  }
  const name = tokens.identifier();
  if (tokens.peek() === '.') tokens.fail('only `->` is used to walk a relation');
  if (tokens.accept('->')) return { kind: 'arrow', relation: name, target: tokens.identifier() };
  return name === 'nil' ? { kind: 'nil' } : { kind: 'own', name };
}

function checkReferences(schema: SchemaModel, { name, relations, permissions }: Definition): void {
  const fail = (problem: string): never => {
    throw new SchemaSyntaxError(`${name}: ${problem}`, 1);
  };
  for (const [relation, subjects] of relations) {
    for (const subject of subjects) {
      const target = schema.definitions.get(subject.type) ?? fail(`${relation} names the unknown ${subject.type}`);
      if (subject.relation !== undefined && !has(target, subject.relation)) fail(`${subject.type} has no ${subject.relation}`);
    }
  }
  const walk = (expression: PermissionExpression): void => {
    if (expression.kind === 'own' && !relations.has(expression.name) && !permissions.has(expression.name)) fail(`no ${expression.name}`);
    if (expression.kind === 'arrow') {
      const through = relations.get(expression.relation) ?? fail(`${expression.relation} is no relation to walk`);
      const reached = through.some(({ type }) => has(schema.definitions.get(type), expression.target));
      if (!reached) fail(`nothing behind ${expression.relation} has ${expression.target}`);
    }
    if (expression.kind === 'exclusion') [expression.base, expression.excluded].forEach(walk);
    if (expression.kind === 'union' || expression.kind === 'intersection') expression.operands.forEach(walk);
  };
  for (const expression of permissions.values()) walk(expression);
}

function has(definition: Definition | undefined, member: string): boolean {
  return definition !== undefined && (definition.relations.has(member) || definition.permissions.has(member));
}
