import type { CheckRequest } from '../authorization-provider.ts';
import { AuthorizationUnavailable, GraphSchemaMissing, InvalidGraphRequest, InvalidRelationship } from '../errors.ts';
import type { ObjectRef, Relationship, RelationshipFilter, RelationshipUpdate, SubjectRef } from '../relationship.ts';
import { allowedSubjectText, type Definition, type PermissionExpression, type SchemaModel } from '../schema-model.ts';

/** SpiceDB's own limit on how deep one question may lead. */
const maxDepth = 50;

/** The unexpired edges of one relation at the moment that is asked about. */
export type EdgesOf = (resource: ObjectRef, relation: string) => Iterable<Relationship>;

/** Answers questions by walking the parsed schema: the fake cannot say anything that schema.zed does not. */
export class GraphEvaluator {
  constructor(private readonly schema: SchemaModel) {}

  check({ resource, permission, subject }: CheckRequest, edgesOf: EdgesOf): boolean {
    this.member(resource.type, permission);
    if (subject.relation === undefined) this.definition(subject.type);
    else this.member(subject.type, subject.relation);
    for (const { id } of [resource, subject]) if (!isId(id)) throw new InvalidGraphRequest(`not an id: ${id}`);
    if (subject.id === '*') throw new InvalidGraphRequest('cannot perform check on wildcard subject');
    return this.holds(resource, permission, subject, edgesOf, maxDepth);
  }

  /** Throws what the engine throws for an update that the schema does not allow. */
  validate({ operation, relationship: { resource, relation, subject, expiresAt } }: RelationshipUpdate): void {
    if (!isId(resource.id) || !isId(subject.id) || resource.id === '*') throw new InvalidRelationship('an id has letters it may not have');
    const member = this.member(resource.type, relation);
    if (subject.relation === undefined) this.definition(subject.type);
    else this.member(subject.type, subject.relation);
    if (!Array.isArray(member)) throw new InvalidRelationship(`cannot write a relationship to permission ${relation}`);
    const expires = operation === 'touch' && expiresAt !== undefined;
    const wildcard = subject.id === '*';
    const wanted = allowedSubjectText({ type: subject.type, wildcard, expires, ...(subject.relation === undefined ? {} : subject) });
    const allowed = member.map(allowedSubjectText);
    const fits =
      operation === 'delete' ? allowed.includes(`${wanted} with expiration`) || allowed.includes(wanted) : allowed.includes(wanted);
    if (!fits) throw new InvalidRelationship(`subjects of type ${wanted} are not allowed on relation ${resource.type}#${relation}`);
  }

  /** A filter may leave everything but the type open; what it names must exist. */
  validateFilter({ resourceType, relation, subjectType }: RelationshipFilter): void {
    if (relation === undefined) this.definition(resourceType);
    else this.member(resourceType, relation);
    if (subjectType !== undefined) this.definition(subjectType);
  }

  private holds(object: ObjectRef, member: string, subject: SubjectRef, edgesOf: EdgesOf, depth: number): boolean {
    if (depth === 0) throw new AuthorizationUnavailable('max depth exceeded');
    if (object.type === subject.type && object.id === subject.id && member === subject.relation) return true;
    const definition = this.definition(object.type);
    const expression = definition.permissions.get(member);
    if (expression !== undefined) return this.evaluate(expression, object, subject, edgesOf, depth);
    for (const edge of edgesOf(object, member)) {
      if (isDirect(edge.subject, subject)) return true;
      const { relation } = edge.subject;
      if (relation !== undefined && this.holds(edge.subject, relation, subject, edgesOf, depth - 1)) return true;
    }
    return false;
  }

  private evaluate(expression: PermissionExpression, object: ObjectRef, subject: SubjectRef, edgesOf: EdgesOf, depth: number): boolean {
    const again = (part: PermissionExpression) => this.evaluate(part, object, subject, edgesOf, depth);
    switch (expression.kind) {
      case 'nil':
        return false;
      case 'own':
        return this.holds(object, expression.name, subject, edgesOf, depth - 1);
      case 'union':
        return expression.operands.some(again);
      case 'intersection':
        return expression.operands.every(again);
      case 'exclusion':
        return again(expression.base) && !again(expression.excluded);
      case 'arrow':
        for (const { subject: reached } of edgesOf(object, expression.relation)) {
          if (!has(this.definition(reached.type), expression.target)) continue;
          if (this.holds(reached, expression.target, subject, edgesOf, depth - 1)) return true;
        }
        return false;
    }
  }

  private definition(type: string): Definition {
    const definition = this.schema.definitions.get(type);
    if (definition === undefined) throw new GraphSchemaMissing(`object definition ${type} not found`);
    return definition;
  }

  private member(type: string, name: string) {
    const { relations, permissions } = this.definition(type);
    const member = relations.get(name) ?? permissions.get(name);
    if (member === undefined) throw new GraphSchemaMissing(`relation/permission ${name} not found under definition ${type}`);
    return member;
  }
}

const has = ({ relations, permissions }: Definition, member: string) => relations.has(member) || permissions.has(member);
const isId = (id: string) => /^(([a-zA-Z0-9/_|\-=+]{1,1024})|\*)$/.test(id);

/** A wildcard covers objects, never sets of them: `user:*` does not name `group:g#member`. */
function isDirect(held: SubjectRef, asked: SubjectRef): boolean {
  if (held.type !== asked.type || held.relation !== asked.relation) return false;
  return held.id === asked.id || (held.id === '*' && asked.relation === undefined);
}
