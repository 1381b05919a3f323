import type { GraphSchema } from './authorization-provider.ts';
import { GraphSchemaTooOld } from './errors.ts';
import type { AppliedSchema, GraphSchemaRegistry } from './graph-schema-registry.ts';
import { usedNames } from './graph-vocabulary.ts';
import { digestOf } from './schema-digest.ts';
import { readGraphSchema } from './schema-file.ts';
import { namesOf } from './schema-model.ts';
import { parseSchema } from './schema-parser.ts';

/** Names that are used and not there. More names than used are fine: a newer schema may run under an older process. */
export function missingNames(used: readonly string[], stored: readonly string[]): readonly string[] {
  const there = new Set(stored);
  return used.filter((name) => !there.has(name));
}

/** For start-up: throws `GraphSchemaTooOld` when the applied schema lacks a name this process uses, or none was applied. */
export async function assertSchemaServes(registry: GraphSchemaRegistry, used: readonly string[] = usedNames()): Promise<void> {
  const applied = await registry.latest();
  const missing = missingNames(used, applied?.names ?? []);
  if (missing.length > 0) throw new GraphSchemaTooOld(missing, applied?.digest ?? null);
}

export type SchemaApplication = 'applied' | 'already_applied' | 'kept_newer';

/**
 * Brings the engine to the schema of this release, and records it. A schema that was applied before and has since been
 * followed by another is older: the newer one is kept, and written again to an engine that lost it. Idempotent, and safe
 * when several processes do it at once.
 */
export async function applyGraphSchema(
  schema: GraphSchema,
  registry: GraphSchemaRegistry,
  definition: string = readGraphSchema(),
): Promise<SchemaApplication> {
  const ours: AppliedSchema = { digest: digestOf(definition), definition, names: namesOf(parseSchema(definition)) };
  const latest = await registry.latest();
  const keepsNewer = latest !== null && latest.digest !== ours.digest && (await registry.knows(ours.digest));
  const wanted = keepsNewer ? latest : ours;
  const held = await schema.read();
  const isHeld = held !== null && isSchema(held, wanted.digest);
  if (!isHeld) await schema.write(wanted.definition);
  await registry.record(wanted);
  if (keepsNewer) return 'kept_newer';
  return isHeld ? 'already_applied' : 'applied';
}

/** Whether what the engine holds is the schema of this digest. A text this release cannot read is another one. */
export function isSchema(held: string, digest: string): boolean {
  try {
    return digestOf(held) === digest;
  } catch {
    return false;
  }
}
