/**
 * A migration that was released never changes: databases out there have run it. `--seal` adds the checksum of new migrations to
 * migrations/checksums.json, `--check` (the default) fails when a sealed file differs, is gone, or a file is not sealed.
 */
import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const digest = (path) => createHash('sha256').update(readFileSync(path)).digest('hex');

function compare(sealed, found) {
  const changed = Object.keys(sealed).filter((name) => name in found && found[name] !== sealed[name]);
  const missing = Object.keys(sealed).filter((name) => !(name in found));
  const unsealed = Object.keys(found).filter((name) => !(name in sealed));
  return { changed, missing, unsealed };
}

function read(folder) {
  const manifest = join(folder, 'checksums.json');
  const files = globSync('[0-9]*.ts', { cwd: folder })
    .filter((name) => !name.endsWith('.spec.ts'))
    .sort();
  const found = Object.fromEntries(files.map((name) => [name, digest(join(folder, name))]));
  const sealed = globSync('checksums.json', { cwd: folder }).length > 0 ? JSON.parse(readFileSync(manifest, 'utf8')) : {};
  return { manifest, found, sealed };
}

const { manifest, found, sealed } = read('migrations');
const { changed, missing, unsealed } = compare(sealed, found);
for (const name of changed) console.error(`changed after it was sealed: ${name}. Write a new migration instead.`);
for (const name of missing) console.error(`sealed, but gone: ${name}`);
if (changed.length > 0 || missing.length > 0) process.exitCode = 1;
else if (process.argv.includes('--seal')) writeFileSync(manifest, `${JSON.stringify(found, null, 2)}\n`);
else if (unsealed.length > 0) {
  console.error(`not sealed yet: ${unsealed.join(', ')}. Run: npm run migrations:seal`);
  process.exitCode = 1;
} else console.log(`${Object.keys(found).length} migrations, all as sealed`);
