import { beforeEach, describe, expect, it } from 'vitest';
import { GraphSchemaTooOld } from './errors.ts';
import { digestOf } from './schema-digest.ts';
import { readGraphSchema } from './schema-file.ts';
import { applyGraphSchema, assertSchemaServes, isSchema, missingNames } from './schema-guard.ts';
import { FakeAuthorizationProvider } from './testing/fake-authorization-provider.ts';
import { InMemoryGraphSchemaRegistry } from './testing/in-memory-graph-schema-registry.ts';

const ours = readGraphSchema();
const older = ours.replace(/^.*create_child.*$/m, '');
const newer = ours.replace('definition user {}', 'definition user {}\ndefinition robot {}');

describe('missingNames', () => {
  it('is what is used and not stored; more stored than used is fine', () => {
    expect(missingNames(['tenant', 'tenant#view'], ['tenant', 'tenant#view', 'robot'])).toEqual([]);
    expect(missingNames(['tenant', 'tenant#view', 'tenant#fly'], ['tenant', 'tenant#view'])).toEqual(['tenant#fly']);
  });
});

describe('isSchema', () => {
  it('knows its own text, and takes one it cannot read for another', () => {
    expect(isSchema(ours, digestOf(ours))).toBe(true);
    expect(isSchema(older, digestOf(ours))).toBe(false);
    expect(isSchema('caveat tuesday(day string) { day == "tue" }', digestOf(ours))).toBe(false);
  });
});

describe('Z-1 the schema guard', () => {
  let engine: FakeAuthorizationProvider;
  let registry: InMemoryGraphSchemaRegistry;

  beforeEach(() => {
    engine = new FakeAuthorizationProvider(undefined, null);
    registry = new InMemoryGraphSchemaRegistry();
  });

  it('refuses to start before any schema was applied', async () => {
    await expect(assertSchemaServes(registry)).rejects.toBeInstanceOf(GraphSchemaTooOld);
    await expect(assertSchemaServes(registry)).rejects.toThrow('No permission schema has been applied yet. Apply');
  });

  it('refuses to start under a schema that lacks a name it uses, and says which', async () => {
    await applyGraphSchema(engine.schema, registry, older);
    await expect(assertSchemaServes(registry)).rejects.toMatchObject({ missing: ['workspace#create_child'] });
    await expect(assertSchemaServes(registry)).rejects.toThrow(/lacks workspace#create_child/);
  });

  it('starts under its own schema and under a newer one', async () => {
    await applyGraphSchema(engine.schema, registry);
    await assertSchemaServes(registry);
    await applyGraphSchema(engine.schema, registry, newer);
    await assertSchemaServes(registry);
  });

  it('applies once, writes again to an engine that lost its schema, and says what it did', async () => {
    expect(await applyGraphSchema(engine.schema, registry)).toBe('applied');
    expect(await applyGraphSchema(engine.schema, registry)).toBe('already_applied');
    engine.lose();
    expect(await applyGraphSchema(engine.schema, registry)).toBe('applied');
    expect(digestOf((await engine.schema.read()) ?? '')).toBe(digestOf(ours));
  });

  it('an older process never takes a newer schema back, and restores it to an engine that lost it', async () => {
    await applyGraphSchema(engine.schema, registry, ours);
    await applyGraphSchema(engine.schema, registry, newer);
    expect(await applyGraphSchema(engine.schema, registry, ours)).toBe('kept_newer');
    expect(await engine.schema.read()).toContain('definition robot');
    engine.lose();
    expect(await applyGraphSchema(engine.schema, registry, ours)).toBe('kept_newer');
    expect(await engine.schema.read()).toContain('definition robot');
  });
});
