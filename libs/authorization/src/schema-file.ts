import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const name = 'schema.zed';

/**
 * The text of `schema.zed` at the top of the repository, the only copy. The same code runs from `libs/` and from
 * `dist/libs/`, so it looks upwards from itself; an image must ship the file beside `dist`.
 */
export function readGraphSchema(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const candidate = join(folder, name);
    if (existsSync(candidate)) return readFileSync(candidate, 'utf8');
    if (folder === dirname(folder)) throw new Error(`${name} was not found in any folder above ${import.meta.dirname}`);
  }
}
