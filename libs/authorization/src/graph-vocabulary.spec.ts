import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkOf, epochCheck, graph, graphSchemaDigest, platformObject, resourceObject, usedNames } from './graph-vocabulary.ts';
import { renderNames } from './render-names.ts';
import { digestOf } from './schema-digest.ts';
import { readGraphSchema } from './schema-file.ts';
import { namesOf, type PermissionExpression } from './schema-model.ts';
import { parseSchema } from './schema-parser.ts';

const text = readGraphSchema();
const schema = parseSchema(text);

describe('Z-1 schema.zed', () => {
  it('is what the generated names were made from', () => {
    expect(readFileSync(join(import.meta.dirname, 'generated', 'graph-names.ts'), 'utf8')).toBe(renderNames(text));
    expect(graphSchemaDigest).toBe(digestOf(text));
    expect(usedNames()).toEqual(namesOf(schema));
  });

  it('has no relation that no permission walks, but for the markers', () => {
    const idle = [...schema.definitions.values()].flatMap(({ name, relations, permissions }) => {
      const walked = new Set([...permissions.values()].flatMap(ownNames));
      const reached = [...schema.definitions.values()].flatMap((other) => [...other.permissions.values()].flatMap(arrowTargets));
      const granted = [...schema.definitions.values()].flatMap((other) =>
        [...other.relations.values()].flat().flatMap((subject) => (subject.type === name ? [subject.relation] : [])),
      );
      return [...relations.keys()]
        .filter((relation) => !walked.has(relation) && !reached.includes(relation) && !granted.includes(relation))
        .map((relation) => `${name}#${relation}`);
    });
    expect(idle).toEqual(['projection_shard#marker', 'projection_epoch#current']);
  });

  it('puts everything inside a tenant behind tenant->access', () => {
    const inside = ['group', 'workspace', 'resource'].flatMap((type) => {
      const permissions = schema.definitions.get(type)?.permissions ?? new Map<string, PermissionExpression>();
      return [...permissions]
        .filter(([name]) => !name.startsWith('holds_'))
        .map(([name, expression]) => ({ type, name, expression, permissions }));
    });
    expect(inside).toHaveLength(11);
    for (const { type, name, expression, permissions } of inside) {
      expect(mustHold(expression, permissions), `${type}#${name}`).toContain('tenant->access');
    }
  });

  it('says in parentheses what binds first', () => {
    for (const [permission] of text.matchAll(/permission .*/g)) {
      const level = permission.replace(/->/g, '').replace(/.*= /, '');
      for (let rest = level; ;) {
        const inner = /\(([^()]*)\)/.exec(rest);
        const part = inner?.[1] ?? rest;
        expect(new Set(part.match(/[+&-]/g) ?? []).size, `${permission}: ${part}`).toBeLessThanOrEqual(1);
        if (inner === null) break;
        rest = rest.replace(inner[0], 'part');
      }
    }
  });
});

describe('the vocabulary', () => {
  it('makes questions and objects in the notation of the graph', () => {
    const ann = { type: 'user', id: 'ann' };
    expect(checkOf('workspace', 'w1', 'create_child', ann)).toEqual({
      resource: { type: 'workspace', id: 'w1' },
      permission: 'create_child',
      subject: ann,
    });
    expect(resourceObject('invoice', '7')).toEqual({ type: 'resource', id: 'invoice/7' });
    expect(platformObject).toEqual({ type: 'platform', id: 'main' });
    expect(epochCheck('E1')).toEqual({
      resource: { type: 'projection_epoch', id: 'E1' },
      permission: 'current',
      subject: { type: 'projection_probe', id: 'probe' },
    });
    expect(graph.tenant.permissions.view).toBe('view');
  });
});

function ownNames(expression: PermissionExpression): string[] {
  if (expression.kind === 'own') return [expression.name];
  return expression.kind === 'arrow' ? [expression.relation] : parts(expression).flatMap(ownNames);
}

function arrowTargets(expression: PermissionExpression): string[] {
  return expression.kind === 'arrow' ? [expression.target] : parts(expression).flatMap(arrowTargets);
}

/** What has to hold for the expression to hold: through intersections, the base of exclusions, and permissions named. */
function mustHold(expression: PermissionExpression, permissions: ReadonlyMap<string, PermissionExpression>): string[] {
  if (expression.kind === 'arrow') return [`${expression.relation}->${expression.target}`];
  if (expression.kind === 'intersection') return expression.operands.flatMap((operand) => mustHold(operand, permissions));
  if (expression.kind === 'exclusion') return mustHold(expression.base, permissions);
  const named = expression.kind === 'own' ? permissions.get(expression.name) : undefined;
  return named === undefined ? [] : mustHold(named, permissions);
}

function parts(expression: PermissionExpression): readonly PermissionExpression[] {
  if (expression.kind === 'exclusion') return [expression.base, expression.excluded];
  return expression.kind === 'union' || expression.kind === 'intersection' ? expression.operands : [];
}
