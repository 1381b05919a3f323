import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';

export const rulesFile = 'docker/prometheus/alerts.yml';

/** Where the tool is missing the tests that need it say so; `.ci/run` installs it. */
export const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

/** A series in promtool's notation, one sample a minute: `0+1x10` rises by one. */
export type Series = Readonly<Record<string, string>>;

export interface Expected {
  readonly alert: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface Outcome {
  readonly ok: boolean;
  readonly output: string;
}

function promtool(args: readonly string[], file: string, content: unknown): Outcome {
  const folder = mkdtempSync(join(tmpdir(), 'tenantry-promtool-'));
  try {
    const path = join(folder, file);
    writeFileSync(path, stringify(content));
    const { status, stdout, stderr } = spawnSync('promtool', [...args, path], { encoding: 'utf8' });
    return { ok: status === 0, output: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const sample = (labels: Readonly<Record<string, string>>) =>
  `ALERTS{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(', ')}}`;

/** Runs the rules over the series and compares, of each alert that is named, what fires at that minute: all of it, with its labels. */
export function firesAt(minute: number, series: Series, alerts: readonly string[], expected: readonly Expected[]): Outcome {
  const ofAlert = (name: string) => expected.filter(({ alert }) => alert === name);
  return promtool(['test', 'rules'], 'test.yml', {
    rule_files: [resolve(rulesFile)],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        promql_expr_test: alerts.map((alertname) => ({
          expr: `ALERTS{alertname="${alertname}", alertstate="firing"}`,
          eval_time: `${minute}m`,
          exp_samples: ofAlert(alertname).map(({ labels }) => ({
            labels: sample({ alertname, alertstate: 'firing', ...labels }),
            value: 1,
          })),
        })),
      },
    ],
  });
}

/** Whether Prometheus takes the file of rules, texts of alerts included. */
export function rulesAreSound(): Outcome {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', '--lint-fatal', rulesFile], { encoding: 'utf8' });
  return { ok: status === 0, output: stdout + stderr };
}

/** Whether Prometheus understands every one of these. */
export function parses(expressions: readonly string[]): Outcome {
  const rules = expressions.map((expr, nth) => ({ record: `expression:${nth}`, expr }));
  return promtool(['check', 'rules'], 'rules.yml', { groups: [{ name: 'all', rules }] });
}
