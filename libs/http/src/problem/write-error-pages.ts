import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorPages } from './error-pages.ts';

/** `npm run docs:errors`: docs/errors becomes exactly the catalogue. */
const folder = join(import.meta.dirname, '../../../../docs/errors');
const pages = errorPages();
mkdirSync(folder, { recursive: true });
for (const file of readdirSync(folder)) if (!pages.has(file)) rmSync(join(folder, file));
for (const [file, text] of pages) writeFileSync(join(folder, file), text);
