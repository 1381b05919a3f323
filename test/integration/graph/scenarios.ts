import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckRequest, Relationship, SubjectRef } from '#authorization';
import { edge, question } from '#authorization/testing';
import { parse } from 'yaml';

interface Document {
  readonly world: readonly string[];
  readonly holders: Readonly<Record<string, readonly string[]>>;
  readonly scenarios: readonly {
    readonly name: string;
    readonly given?: readonly string[];
    readonly without?: readonly string[];
    readonly allows?: readonly string[];
    readonly denies?: readonly string[];
    readonly holders?: Readonly<Record<string, readonly string[]>>;
  }[];
}

export interface Scenario {
  readonly name: string;
  /** What the graph holds in it. */
  readonly edges: readonly Relationship[];
  readonly allows: readonly string[];
  readonly denies: readonly string[];
  /** For every permission, as `type:id#permission`, exactly who holds it. */
  readonly holders: ReadonlyMap<string, readonly string[]>;
}

const document = parse(readFileSync(join(import.meta.dirname, 'expected-relations.yaml'), 'utf8')) as Document;
const hour = 3_600_000;

/** Everybody the scenarios know. */
export const callers: readonly SubjectRef[] = [
  ...['ada', 'otto', 'mia', 'rita', 'olga', 'alan', 'mark', 'vera', 'lena', 'gus', 'vito', 'tess', 'petra', 'xena', 'nobody'].map((id) => ({
    type: 'user',
    id,
  })),
  { type: 'service_account', id: 'bot' },
  { type: 'service_account', id: 'ada' }, // an id is not an identity: the type belongs to it
];

export const nameOf = ({ type, id }: SubjectRef): string => (type === 'service_account' && id !== 'bot' ? `${type}:${id}` : id);

export const scenarios: readonly Scenario[] = document.scenarios.map(
  ({ name, given = [], without = [], allows = [], denies = [], holders = {} }) => {
    const gone = new Set(without.flatMap(edgeTexts).map((text) => text.replace(/ .*/, '')));
    const added = given.flatMap(edgeTexts);
    const replaced = new Set(added.map((text) => text.replace(/ .*/, '')));
    const kept = document.world
      .flatMap(edgeTexts)
      .filter((text) => !gone.has(text.replace(/ .*/, '')) && !replaced.has(text.replace(/ .*/, '')));
    return { name, allows, denies, edges: [...kept, ...added].map(edgeOf), holders: holdersOf(holders) };
  },
);

/** `a:1#x,y@b:2` stands for two edges. */
function edgeTexts(line: string): string[] {
  const [, object = '', relations = '', rest = ''] = /^([^#]+)#([^@]+)@(.+)$/.exec(line) ?? [];
  return relations.split(',').map((relation) => `${object}#${relation}@${rest}`);
}

function edgeOf(text: string): Relationship {
  const [notation = '', ...end] = text.split(' ');
  if (end.length === 0) return edge(notation);
  return edge(notation, new Date(Date.now() + (end.join(' ') === 'ended' ? -hour : hour)));
}

/** As usual, but for what the scenario names; `type:id#*` names every permission of the object. */
function holdersOf(changed: Readonly<Record<string, readonly string[]>>): ReadonlyMap<string, readonly string[]> {
  const holders = new Map(Object.entries(document.holders));
  for (const [key, who] of Object.entries(changed)) {
    const targets = key.endsWith('#*') ? [...holders.keys()].filter((known) => known.startsWith(key.slice(0, -1))) : [key];
    if (!targets.every((target) => holders.has(target)) || targets.length === 0)
      throw new TypeError(`${key} is not among the usual holders`);
    for (const target of targets) holders.set(target, who);
  }
  return holders;
}

/** Ids of one run and scenario alone, so that all of them fit into one graph. */
export class Namespace {
  constructor(private readonly suffix: string) {}

  edge({ resource, relation, subject, ...end }: Relationship): Relationship {
    return { resource: this.ref(resource), relation, subject: this.ref(subject), ...end };
  }

  question(text: string): CheckRequest {
    const { resource, permission, subject } = question(text);
    return { resource: this.ref(resource), permission, subject: this.ref(subject) };
  }

  ref<T extends SubjectRef>(ref: T): T {
    return ref.id === '*' ? ref : { ...ref, id: `${ref.id}-${this.suffix}` };
  }

  /** The id as the scenario wrote it. */
  plain(id: string): string {
    return id.slice(0, -this.suffix.length - 1);
  }
}
