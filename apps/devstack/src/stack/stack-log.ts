import { createWriteStream, existsSync, mkdirSync, renameSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { readable } from './log-lines.ts';

/** Where the stack's own words and its children's lines go. */
export interface Say {
  /** To the person at the terminal. */
  (message: string): void;
  /** One line of a part's log. */
  line(source: string, text: string): void;
}

/** PostgreSQL notes every start, checkpoint and refused statement; at the terminal only trouble of its own is of use. */
const POSTGRES_TROUBLE = / (WARNING|FATAL|PANIC): /;

function isWorthShowing(source: string, text: string): boolean {
  return source !== 'postgres' || POSTGRES_TROUBLE.test(text);
}

/** Everything goes into one file per part, those of the last run kept beside; the terminal gets what a person reads. */
export function stackLog(folder: string, print: (line: string) => void): Say {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = new Map<string, WriteStream>();
  const fileOf = (source: string): WriteStream => {
    const open = files.get(source) ?? newFile(join(folder, `${source}.log`));
    files.set(source, open);
    return open;
  };
  const show = (source: string, text: string): void => print(`${source.padEnd(8)} | ${text}`);
  return Object.assign((message: string) => show('stack', message), {
    line(source: string, text: string) {
      fileOf(source).write(`${text}\n`);
      const line = readable(text);
      if (line.trim() !== '' && isWorthShowing(source, text)) show(source, line);
    },
  });
}

function newFile(path: string): WriteStream {
  if (existsSync(path)) renameSync(path, `${path}.1`);
  // A full disk must not end the stack: what cannot be written is still at the terminal.
  return createWriteStream(path, { mode: 0o600 }).on('error', () => undefined);
}
