import type { FieldError } from '#kernel';
import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { getMetadataStorage, validateSync } from 'class-validator';
import { InvalidQuery, ValidationFailed } from './validation-failed.ts';
import { isStorableText, pointerTo, unstorableTextIn } from './body-shape.ts';

type BodyClass = new () => object;

/** Names are looked up in sets made here, never as properties: a member may be called `constructor`. */
const membersOf = new Map<BodyClass, ReadonlySet<string>>();

function knownMembers(type: BodyClass): ReadonlySet<string> {
  const known = membersOf.get(type);
  if (known) return known;
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  const members = new Set(rules.map(({ propertyName }) => propertyName));
  membersOf.set(type, members);
  return members;
}

interface Complaint {
  readonly member: string;
  readonly detail: string;
}

/** `sent` becomes an instance of `type`, or every reason why not. Deep values are taken as they are: their rules are the domain's. */
function instanceOf(type: BodyClass, sent: object): { instance: object; complaints: Complaint[] } {
  const known = knownMembers(type);
  const instance = new type();
  const complaints: Complaint[] = [];
  for (const [member, value] of Object.entries(sent)) {
    if (known.has(member)) Reflect.set(instance, member, value);
    else complaints.push({ member, detail: 'unknown member' });
  }
  for (const { property, constraints = {} } of validateSync(instance, { forbidUnknownValues: false })) {
    for (const detail of Object.values(constraints).slice(0, 1)) complaints.push({ member: property, detail });
  }
  return { instance, complaints };
}

function validBody(type: BodyClass, body: unknown): object {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ValidationFailed([{ pointer: '', detail: 'a JSON object is needed' }]);
  }
  const unstorable = unstorableTextIn(body);
  if (unstorable.length > 0) {
    throw new ValidationFailed(unstorable.map((pointer) => ({ pointer, detail: 'text must not hold NUL or half a surrogate pair' })));
  }
  const { instance, complaints } = instanceOf(type, body);
  if (complaints.length === 0) return instance;
  throw new ValidationFailed(complaints.map(({ member, detail }) => ({ pointer: pointerTo('', member), detail })));
}

/** One item of a list in a body: the instance, or null and every reason why not added to `errors`. */
export function validItem<Item extends object>(type: new () => Item, sent: unknown, pointer: string, errors: FieldError[]): Item | null {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) {
    errors.push({ pointer, detail: 'must be an object' });
    return null;
  }
  const { instance, complaints } = instanceOf(type, sent);
  errors.push(...complaints.map(({ member, detail }) => ({ pointer: pointerTo(pointer, member), detail })));
  return complaints.length === 0 ? (instance as Item) : null;
}

function validQuery(type: BodyClass, query: unknown): object {
  const sent = (query ?? {}) as Record<string, unknown>;
  for (const [parameter, value] of Object.entries(sent)) {
    if (typeof value !== 'string') throw new InvalidQuery([{ parameter: parameter.toWellFormed(), detail: 'must be given once' }]);
    if (!isStorableText(value)) throw new InvalidQuery([{ parameter: parameter.toWellFormed(), detail: 'must not hold NUL' }]);
  }
  const { instance, complaints } = instanceOf(type, sent);
  if (complaints.length === 0) return instance;
  throw new InvalidQuery(complaints.map(({ member, detail }) => ({ parameter: member.toWellFormed(), detail })));
}

/** Makes a body or a query the class that its parameter declares, or refuses it with a pointer to everything that is wrong. */
class Validated implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (!metatype) throw new TypeError('a validated parameter needs a class as its type');
    return type === 'query' ? validQuery(metatype as BodyClass, value) : validBody(metatype as BodyClass, value);
  }
}

/** For `@Body(validated)` and `@Query(validated)`: a route that takes either without it does not boot. */
export const validated: PipeTransform = new Validated();

export const isValidating = (pipe: unknown): boolean => pipe instanceof Validated;
