import { readFileSync } from 'node:fs';

export interface DocumentedMetric {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly processes: readonly string[];
}

const words = (cell = ''): string[] => [...cell.matchAll(/`(\w+)`/g)].map(([, word = '']) => word);

/** The table of metrics in docs/operations.md: | `name` | type | `label`, … | process, … | watch for |. */
export function documentedMetrics(): DocumentedMetric[] {
  const rows = readFileSync('docs/operations.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `tenantry_'));
  return rows.map((row) => {
    const [, name, type = '', labels, processes = ''] = row.split('|').map((cell) => cell.trim());
    return { name: words(name)[0] ?? '', type, labels: words(labels), processes: processes.split(', ') };
  });
}
