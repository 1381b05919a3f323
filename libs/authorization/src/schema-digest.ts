import { createHash } from 'node:crypto';
import { allowedSubjectText, type PermissionExpression, type SchemaModel } from './schema-model.ts';
import { parseSchema } from './schema-parser.ts';

/**
 * The schema's meaning as one text: no comments, no layout, one order, every operator in parentheses. The engine sorts
 * definitions and drops parentheses when it prints a schema back, so only this form can be compared with it.
 */
export function normalised({ definitions }: SchemaModel): string {
  const byName = <T>(map: ReadonlyMap<string, T>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = byName(definitions).flatMap(([name, { relations, permissions }]) => [
    `definition ${name}`,
    ...byName(relations).map(([relation, subjects]) => `relation ${relation}: ${subjects.map(allowedSubjectText).sort().join(' | ')}`),
    ...byName(permissions).map(([permission, expression]) => `permission ${permission} = ${expressionText(expression)}`),
  ]);
  return `${lines.join('\n')}\n`;
}

/** SHA-256 of the normalised schema, in hex: equal for our text and for what the engine reads back from it. */
export function digestOf(schema: string): string {
  return createHash('sha256')
    .update(normalised(parseSchema(schema)))
    .digest('hex');
}

function expressionText(expression: PermissionExpression): string {
  switch (expression.kind) {
    case 'nil':
      return 'nil';
    case 'own':
      return expression.name;
    case 'arrow':
      return `${expression.relation}->${expression.target}`;
    case 'exclusion':
      return `(${expressionText(expression.base)} - ${expressionText(expression.excluded)})`;
    case 'union':
    case 'intersection':
      return `(${expression.operands.map(expressionText).join(expression.kind === 'union' ? ' + ' : ' & ')})`;
  }
}
