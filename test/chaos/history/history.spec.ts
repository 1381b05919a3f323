import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisIsMissing } from '../../integration/outbox/support/redis-server.ts';
import { DatabaseServer } from './database-server.ts';
import { everything } from './faults.ts';
import { historyTable, violationsOf } from './history-report.ts';
import { HistoryRun, type HistoryReport } from './history-run.ts';

const { HISTORY_SEED, HISTORY_SEEDS, HISTORY_SECONDS = '20', HISTORY_RATE = '40' } = process.env;
/** The same one each time among all other tests; new ones in a run of its own. */
const first = Number(HISTORY_SEED ?? (HISTORY_SEEDS === undefined ? 1 : Date.now() % 1_000_000));
const [count, seconds] = [Number(HISTORY_SEEDS ?? 1), Number(HISTORY_SECONDS)];
const seeds = Array.from({ length: count }, (_, nth) => first + nth);

let postgres: DatabaseServer;
const reports: HistoryReport[] = [];

beforeAll(async () => {
  postgres = await DatabaseServer.start();
});
afterAll(async () => {
  console.log(historyTable(reports));
  await postgres?.stop();
});

/** The queue's backends in turn. */
const usesRedis = (nth: number) => nth % 2 === 1 && redisIsMissing() === null;

describe('P-1 the history of random commands while every process and server is killed, paused and restarted', () => {
  it.each(seeds.map((seed, nth) => ({ seed, nth })))(
    'P-1 P-2 P-3 P-7 P-12 HISTORY_SEED=$seed: nothing lost, nothing went back, nobody stayed in, the graph is f(state)',
    { timeout: seconds * 1_000 + 240_000 },
    async ({ seed, nth }) => {
      const options = { seed, seconds, commandsPerSecond: Number(HISTORY_RATE), faultsAtMost: seconds, lanes: everything };
      const report = await HistoryRun.play(postgres, { ...options, redis: usesRedis(nth) });
      reports.push(report);
      expect(report.violations, violationsOf(report)).toEqual([]);
      expect(report.happened.length).toBeGreaterThan(seconds / 8);
      expect(report.succeeded).toBeGreaterThan(seconds * 2);
      expect(report.letIn).toBeGreaterThan(seconds / 4);
      expect(report.writes).toBeGreaterThan(seconds * 5);
    },
  );
});
