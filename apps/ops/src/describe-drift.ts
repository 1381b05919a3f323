import type { Json, JsonObject } from '#governance';
import { printable } from './printable.ts';

const object = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
const word = (value: Json | undefined): string => (typeof value === 'string' || typeof value === 'number' ? printable(String(value)) : '');

/** Lines shown of a result; `--json` has all that is kept. */
const shown = 50;

/** One line for each finding: its kind, the relationship, what rows and graph say. */
export function findingLines({ findings }: JsonObject): string {
  const all = Array.isArray(findings) ? findings.map(object) : [];
  const lines = all
    .slice(0, shown)
    .map(
      ({ kind, relationship, expected, found }) =>
        `  ${word(kind).padEnd(12)}  ${word(relationship)}  expected ${word(expected)}, found ${word(found)}\n`,
    );
  return lines.join('') + (all.length > shown ? `  … and ${all.length - shown} more, with --json\n` : '');
}

/** How many of each kind, without those that there are none of. */
export function countsLine({ counts }: JsonObject): string {
  const some = Object.entries(object(counts)).filter(([, count]) => count !== 0);
  return some.map(([kind, count]) => `${kind.replaceAll('_', ' ')} ${word(count)}`).join(', ');
}

/** What differed, and may be drift or on its way. */
function unsettledLine({ unsettled }: JsonObject): string {
  return unsettled === 0 ? '' : `${word(unsettled)} could not be judged: their tenants were never at rest. Verify again.\n`;
}

/** It stopped before it had seen all. */
const leastOf = ({ truncated }: JsonObject): string => (truncated === true ? 'at least ' : '');

const stoppedLine = (result: JsonObject): string =>
  result['truncated'] === true
    ? 'It stopped there: the graph is wholly another one, or stands still. repair --dry-run counts up to 100,000; past that only a rebuild helps.\n'
    : '';

export function describeVerification(result: JsonObject): string {
  const { graph, rows } = object(result['edges']);
  const head = `Compared ${word(graph)} relationships of the graph with ${word(rows)} that the rows make.\n`;
  const none = result['truncated'] === true ? '' : 'No drift.\n';
  const drift =
    result['drift'] === 0 ? none : `Drift: ${leastOf(result)}${word(result['drift'])} (${countsLine(result)}).\n${findingLines(result)}`;
  return head + unsettledLine(result) + drift + stoppedLine(result);
}

export function describeRepair(result: JsonObject): string {
  if (result['drift'] === 0) return `${unsettledLine(result)}No drift: nothing to repair.\n`;
  const found = `Drift: ${word(result['drift'])} (${countsLine(result)}), of which ${word(result['to_go'])} to go; at most ${word(result['prune_cap'])} may.\n`;
  if (result['dry_run'] === true) {
    const verdict = result['allowed'] === true ? 'A repair would put these right.\n' : 'A repair would refuse: too many are to go.\n';
    return found + findingLines(result) + verdict;
  }
  const left = object(result['left']);
  if (left['drift'] === 0 && left['not_applied'] === 0) return `${found}All is put right.\n`;
  return `${found}Still not right: ${word(left['drift'])}; still to be applied: ${word(left['not_applied'])}. See status and dead events.\n${findingLines(left)}`;
}

/** Whether a repair left something undone. */
export function leavesDrift(result: JsonObject): boolean {
  const { drift = 0, not_applied: notApplied = 0 } = object(result['left']);
  return drift !== 0 || notApplied !== 0 || result['unsettled'] !== 0;
}
