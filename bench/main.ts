import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Outcome } from './measure/outcome.ts';
import { record, table } from './report.ts';
import { rows } from './rows/index.ts';
import type { Row, RunOptions } from './rows/row.ts';
import { Stand } from './stand/stand.ts';

const usage = `npm run bench -- [rows] [--pairs 5] [--scale 1] [--name latest.local]

Rows (all unless named):
${rows.map(({ name, about }) => `  ${name.padEnd(14)} ${about}`).join('\n')}

--pairs   how often product and baseline are measured in turn
--scale   share of each sample's full size, for a quick look
--name    the result is written to bench/results/<name>.json

DATABASE_URL and SPICEDB_ENDPOINT with SPICEDB_TOKEN name servers to use; what is not named is started here. docs/benchmarks.md says more.`;

const root = process.cwd();
const started = performance.now();

function progress(message: string): void {
  process.stderr.write(`${((performance.now() - started) / 1000).toFixed(0).padStart(5)} s  ${message}\n`);
}

function chosen(names: readonly string[]): readonly Row[] {
  const unknown = names.filter((name) => !rows.some((row) => row.name === name));
  if (unknown.length > 0) throw new Error(`no such row: ${unknown.join(', ')}\n\n${usage}`);
  return names.length === 0 ? rows : rows.filter(({ name }) => names.includes(name));
}

function positive(text: string, name: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} must be a number above zero, not ${text}`);
  return value;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      pairs: { type: 'string', default: '5' },
      scale: { type: 'string', default: '1' },
      name: { type: 'string', default: 'latest.local' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(usage);
  const options: RunOptions = {
    pairs: Math.ceil(positive(values.pairs, 'pairs')),
    scale: positive(values.scale, 'scale'),
    progress,
  };
  const selected = chosen(positionals);
  const stand = await Stand.open(root, process.env, progress);
  progress(`${stand.description.spicedb}; ${stand.description.postgres}`);
  const stop = (): void => void stand.close().finally(() => process.exit(1));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'] as const) process.once(signal, stop);
  try {
    const outcomes: Outcome[] = [];
    for (const row of selected) {
      progress(`${row.name}: ${row.about}`);
      outcomes.push(...(await row.run(stand, options)));
    }
    save(values.name, record(stand.description, outcomes, { pairs: options.pairs, scale: options.scale }));
    console.log(`\n${table(stand.description, outcomes)}`);
  } finally {
    await stand.close();
  }
  process.exit();
}

function save(name: string, result: object): void {
  if (!/^[\w.-]+$/.test(name)) throw new Error(`--name must be letters, digits, dots and hyphens, not ${name}`);
  mkdirSync('bench/results', { recursive: true });
  writeFileSync(`bench/results/${name}.json`, `${JSON.stringify(result, null, 2)}\n`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exit(1);
});
