import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { documentedMetrics } from '../support/documented-metrics.ts';
import { alertCases, healthy } from './support/alert-cases.ts';
import { firesAt, hasPromtool, parses, rulesAreSound, rulesFile } from './support/promtool.ts';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const { groups } = parse(readFileSync(rulesFile, 'utf8')) as { groups: readonly { rules: readonly Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const names = rules.map(({ alert }) => alert);

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
}
const dashboard = JSON.parse(readFileSync('docker/grafana/tenantry.json', 'utf8')) as Dashboard;
const panels = dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));

const documented = new Map(documentedMetrics().map((metric) => [metric.name, metric]));

/** Prometheus gives these to every series. */
const ofEvery = ['le', 'job', 'instance'];

/** Names of ours in an expression, with the labels that are asked of each, or by which it is summed up. */
function unknownIn(expr: string): string[] {
  const plain = (name: string) => name.replace(/_(?:bucket|sum|count)$/, '');
  const metrics = [...expr.matchAll(/\b(tenantry_\w+)(?:\{([^}]*)\})?/g)].map(([, name = '', matchers = '']) => ({
    metric: documented.get(name) ?? documented.get(plain(name)),
    name,
    labels: [...matchers.matchAll(/(\w+)\s*[=!]/g)].map(([, label = '']) => label),
  }));
  const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(',').map((label) => label.trim()));
  const known = new Set([...ofEvery, ...metrics.flatMap(({ metric }) => metric?.labels ?? [])]);
  return [
    ...metrics.filter(({ metric }) => metric === undefined).map(({ name }) => name),
    ...metrics.flatMap(({ metric, name, labels }) =>
      labels.filter((label) => metric && ![...metric.labels, ...ofEvery].includes(label)).map((label) => `${name}{${label}}`),
    ),
    ...grouped.filter((label) => !known.has(label)).map((label) => `by (${label})`),
  ];
}

describe('P-11 alert rules and dashboard', () => {
  it('P-11 name only metrics and labels that docs/operations.md lists, which are those that the processes export', () => {
    const unknown = [...rules.map(({ alert, expr }) => ({ title: alert, expr })), ...panels]
      .map(({ title, expr }) => ({ title, unknown: unknownIn(expr) }))
      .filter((found) => found.unknown.length > 0);
    expect(unknown).toEqual([]);
  });

  it('P-11 every metric is on the dashboard', () => {
    const shown = panels.map(({ expr }) => expr).join('\n');
    expect([...documented.keys()].filter((name) => !new RegExp(`\\b${name}(_bucket|_sum|_count)?\\b`).test(shown))).toEqual([]);
  });

  it('P-11 every alert says how bad it is, what is wrong, and where to read on', () => {
    for (const { alert, labels, annotations } of rules) {
      expect(labels.severity, alert).toMatch(/^(warning|critical)$/);
      for (const text of [annotations.summary, annotations.description]) expect(text, alert).toMatch(/\S.{10,}/);
      const [page = '', section] = (annotations.runbook_url ?? '').split('#');
      expect(existsSync(page), `${alert}: ${page}`).toBe(true);
      const headings = [...readFileSync(page, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
        title
          .toLowerCase()
          .replace(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      );
      if (section !== undefined) expect(headings, alert).toContain(section);
    }
  });

  it('P-11 every alert has a case in which it fires', () => {
    expect([...new Set(alertCases.map(({ alert }) => alert))].sort()).toEqual([...names].sort());
  });

  it('P-11 the cases are built from metrics that the processes export', () => {
    const series = [healthy, ...alertCases.map((each) => each.series)].flatMap((each) => Object.keys(each));
    for (const name of series) expect(unknownIn(name), name).toEqual([]);
  });
});

describe.skipIf(!hasPromtool)('P-11 the rules, run by Prometheus', () => {
  it('Prometheus takes them as they are', () => {
    const { ok, output } = rulesAreSound();
    expect(ok, output).toBe(true);
  });

  it('P-11 nothing fires while all is well', () => {
    const { ok, output } = firesAt(30, healthy, names, []);
    expect(ok, output).toBe(true);
  });

  it.each(alertCases)('P-11 $alert fires: $when', ({ alert, series, minute = 10, labels = {}, quietAt }) => {
    const severity = rules.find((rule) => rule.alert === alert)?.labels.severity ?? '';
    const world = { ...healthy, ...series };
    for (const [name, values] of Object.entries(world)) if (values === '') delete world[name];
    const fired = firesAt(minute, world, [alert], [{ alert, labels: { severity, ...labels } }]);
    expect(fired.ok, fired.output).toBe(true);
    if (quietAt === undefined) return;
    const early = firesAt(quietAt, world, [alert], []);
    expect(early.ok, early.output).toBe(true);
  });

  it('Prometheus understands every expression of the dashboard', () => {
    const { ok, output } = parses(panels.map(({ expr }) => expr.replaceAll('$__rate_interval', '5m')));
    expect(ok, output).toBe(true);
  });
});

describe.runIf(!hasPromtool)('without promtool', () => {
  it('not run: the rules, by Prometheus (Debian: apt-get install prometheus)', ({ skip }) => skip());
});
