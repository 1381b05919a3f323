import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Tables whose rows belong to one tenant, and the column that says which: read from the migrations, so a new table is covered at once. */
export function tenantTables(folder) {
  const texts = globSync('[0-9]*.ts', { cwd: folder }).map((file) => readFileSync(join(folder, file), 'utf8'));
  const made = texts.flatMap((text) => [...text.matchAll(/CREATE TABLE (\w+) \(([\s\S]*?)\n\s*\)/g)]);
  const owned = made.filter(([, , columns]) => /^\s*tenant_id text NOT NULL/m.test(columns)).map(([, table]) => [table, 'tenant_id']);
  return Object.fromEntries([...owned, ['tenants', 'id']]);
}

const reason = /across tenants: \S+/;

/** The text of a string or template; constants of the same file are filled in, everything else is a `?`. */
function textOf(node, scope) {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : '?';
  if (node.type !== 'TemplateLiteral') return constantText(node, scope) ?? '?';
  return node.quasis
    .map((part, index) => (part.value.cooked ?? '') + (index < node.expressions.length ? textOf(node.expressions[index], scope) : ''))
    .join('');
}

function constantText(node, scope) {
  if (node.type !== 'Identifier') return undefined;
  for (let at = scope; at !== null; at = at.upper) {
    const definition = at.set.get(node.name)?.defs[0];
    if (definition !== undefined) {
      const value = definition.type === 'Variable' && definition.parent.kind === 'const' ? definition.node.init : undefined;
      return value && ['Literal', 'TemplateLiteral'].includes(value.type) ? textOf(value, at) : undefined;
    }
  }
  return undefined;
}

/** A comment before the statement, the property or the member that holds it says why it looks across tenants. */
function explained(node, sourceCode) {
  for (let at = node; at !== undefined && at.type !== 'Program' && at.type !== 'ClassBody'; at = at.parent) {
    if (sourceCode.getCommentsBefore(at).some(({ value }) => reason.test(value))) return true;
  }
  return false;
}

/** Tables that the text touches without naming, from there on, the column that says whose rows they are. */
function unscoped(sql, tables) {
  const missing = [];
  for (const [table, column] of Object.entries(tables)) {
    for (const match of sql.matchAll(new RegExp(`\\b(?:from|join|into|update|using)\\s+(?:only\\s+)?(?:tenantry\\.)?${table}\\b`, 'gi'))) {
      if (!new RegExp(`\\b${column}\\b`).test(sql.slice(match.index + match[0].length))) missing.push(table);
    }
  }
  return [...new Set(missing)];
}

/** D-5: the first wall, in the statement itself. Row-level security is the second. */
export const tenantScope = {
  meta: {
    type: 'problem',
    schema: [{ type: 'object' }],
    messages: { found: "This touches {{tables}} without naming the tenant's column. If it must, say why: `// across tenants: …`" },
  },
  create(context) {
    const [tables] = context.options;
    const check = (node) => {
      if (node.parent.type === 'TemplateLiteral') return;
      const missing = unscoped(textOf(node, context.sourceCode.getScope(node)), tables);
      if (missing.length > 0 && !explained(node, context.sourceCode))
        context.report({ node, messageId: 'found', data: { tables: missing.join(', ') } });
    };
    return { Literal: check, TemplateLiteral: check };
  },
};
