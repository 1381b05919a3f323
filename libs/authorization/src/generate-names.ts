import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { renderNames } from './render-names.ts';
import { readGraphSchema } from './schema-file.ts';

/** `npm run generate:graph` writes the names, `npm run generate:check` fails when they are not those of schema.zed. */
const target = join(import.meta.dirname, 'generated', 'graph-names.ts');
const wanted = renderNames(readGraphSchema());
const shown = relative(process.cwd(), target);

if (process.argv.includes('--check')) {
  const found = existsSync(target) ? readFileSync(target, 'utf8') : '';
  if (found !== wanted) {
    console.error(`${shown} is not what schema.zed says. Run: npm run generate:graph`);
    process.exitCode = 1;
  }
} else {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, wanted);
  console.log(`wrote ${shown}`);
}
