import { measured, missedBy, verdictOf, type Outcome } from './measure/outcome.ts';
import type { StandDescription } from './stand/stand.ts';

const number = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(Math.abs(value) >= 10 ? 1 : 2);

const goal = ({ bar }: Outcome, value: number): string => `${'atLeast' in bar ? '≥' : '≤'} ${value} ${bar.unit}`;

function verdict(outcome: Outcome, judged: boolean): string {
  const reached = verdictOf(outcome);
  const words = reached === 'missed' ? `MISSED by ${missedBy(outcome).toFixed(0)} %` : reached;
  return judged ? words : `(${words})`;
}

const spread = ({ values }: Outcome): string =>
  values.length < 2 ? '' : `${number(Math.min(...values))} to ${number(Math.max(...values))}`;

function lines(table: readonly (readonly string[])[]): string[] {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function cpu(outcomes: readonly Outcome[]): string[][] {
  const sides = outcomes.flatMap(({ what, ours, bare }) => [{ what, ...ours }, ...(bare === null ? [] : [{ what: '', ...bare }])]);
  const names = [...new Set(sides.flatMap(({ cpuPerOperation }) => Object.keys(cpuPerOperation)))];
  const cells = (used: Readonly<Record<string, number>>) => names.map((name) => (used[name] === undefined ? '-' : used[name].toFixed(3)));
  return [
    ['CPU ms per operation', '', ...names, 'sum'],
    ...sides.map(({ what, label, cpuPerOperation }) => [
      what,
      label,
      ...cells(cpuPerOperation),
      Object.values(cpuPerOperation)
        .reduce((sum, used) => sum + used, 0)
        .toFixed(3),
    ]),
  ];
}

/** The table for people. */
export function table(stand: StandDescription, outcomes: readonly Outcome[]): string {
  const head = ['What', 'Measured', 'Baseline', 'Median', 'Pairs', 'Must', 'Stretch', 'Verdict'];
  const rows = outcomes.map((outcome) => {
    const { ours, bare, bar } = outcome;
    const must = 'atLeast' in bar ? bar.atLeast : bar.atMost;
    return [
      outcome.what,
      `${number(ours.value)} ${ours.unit}`,
      bare === null ? '-' : `${number(bare.value)} ${bare.unit}`,
      `${number(measured(outcome))} ${bar.unit}`,
      spread(outcome),
      goal(outcome, must),
      goal(outcome, bar.stretch),
      verdict(outcome, stand.judged),
    ];
  });
  const notes = outcomes.flatMap(({ what, notes: some }) => some.map((note) => `- ${what}: ${note}`));
  const place = [`Machine:  ${stand.machine}`, `SpiceDB:  ${stand.spicedb}`, `Database: ${stand.postgres}; ${stand.queue}`];
  const warning = stand.judged ? [] : ['The bars are not judged here: they hold for a real SpiceDB over PostgreSQL.'];
  return [...place, ...warning, '', ...lines([head, ...rows]), '', ...lines(cpu(outcomes)), '', ...notes].join('\n');
}

/** The same for programs. */
export function record(stand: StandDescription, outcomes: readonly Outcome[], options: object): object {
  const rows = outcomes.map((outcome) => ({ ...outcome, median: measured(outcome), verdict: verdictOf(outcome) }));
  return { at: new Date().toISOString(), ...stand, ...options, rows };
}
