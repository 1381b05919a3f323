import type { Effect } from './faults.ts';
import type { HistoryReport } from './history-run.ts';

const counted = ({ happened }: HistoryReport, ...effects: Effect[]): number =>
  happened.filter(({ effect }) => effects.includes(effect)).length;

const columns: readonly (readonly [string, (report: HistoryReport) => string | number])[] = [
  ['seed', ({ seed }) => seed],
  ['queue', ({ queue }) => queue],
  ['commands', ({ commands }) => commands],
  ['succeeded', (report) => report.succeeded],
  ['unanswered', ({ unanswered }) => unanswered],
  ['probes', ({ probes }) => probes],
  ['let in', ({ letIn }) => letIn],
  ['kills', (report) => counted(report, 'kill', 'restart')],
  ['pauses', (report) => counted(report, 'pause')],
  ['answers lost, writes late', (report) => counted(report, 'cut', 'late')],
  ['queue lost', (report) => counted(report, 'loss')],
  ['row changes', ({ rowChanges }) => rowChanges],
  ['writes', ({ writes }) => writes],
  ['graphs', ({ lives }) => lives],
  ['checks', ({ checks }) => checks],
  ['violations', ({ violations }) => violations.length],
];

/** One line per seed, under the name of the engine they ran on. */
export function historyTable(reports: readonly HistoryReport[]): string {
  const lines = [columns.map(([name]) => name), ...reports.map((report) => columns.map(([, of]) => String(of(report))))];
  const widths = columns.map((_, nth) => Math.max(...lines.map((line) => (line[nth] ?? '').length)));
  const table = lines.map((line) => line.map((cell, nth) => cell.padStart(widths[nth] ?? 0)).join('  '));
  return [`History on ${reports[0]?.engine ?? 'nothing: not run'}`, ...table].join('\n');
}

/** The seed above all: with it, it can be played again. */
export const violationsOf = ({ seed, violations, happened }: HistoryReport): string =>
  [
    `HISTORY_SEED=${seed}: ${violations.length} violations`,
    ...violations.slice(0, 10),
    ...happened.map(({ name, from, to }) => `${from} ${name} for ${to - from} ms`),
  ].join('\n');
