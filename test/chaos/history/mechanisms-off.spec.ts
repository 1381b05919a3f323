import { v1 } from '@authzed/authzed-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InProcessWorker } from '../../integration/outbox/support/in-process-worker.ts';
import { DatabaseServer } from './database-server.ts';
import { DeltasInPlaceOfRows } from './deltas.ts';
import { lateWrites, refusals } from './faults.ts';
import { historyTable } from './history-report.ts';
import { HistoryRun, type HistoryOptions, type HistoryReport } from './history-run.ts';
import type { Stand } from './stand.ts';

/** In so many rounds it must have found something; each is a seed of its own. */
const rounds = 4;
const first = Number(process.env.HISTORY_SEED ?? 51);
const round = { commandsPerSecond: 50, faultsAtMost: 20, redis: false, people: 3 };

let postgres: DatabaseServer;
const reports: HistoryReport[] = [];

beforeAll(async () => {
  postgres = await DatabaseServer.start();
});
afterAll(async () => {
  console.log(historyTable(reports));
  await postgres?.stop();
});

async function played(options: HistoryOptions): Promise<readonly string[]> {
  const report = await HistoryRun.play(postgres, options);
  reports.push(report);
  return report.violations;
}

/** The seed that found something, and what. */
async function firstViolations(options: Omit<HistoryOptions, 'seed'>): Promise<{ seed: number; found: readonly string[] }> {
  for (let seed = first; seed < first + rounds; seed += 1) {
    const found = await played({ ...options, seed });
    if (found.length > 0) return { seed, found };
  }
  return { seed: first, found: [] };
}

/** Every write as it is, but without the condition that nobody else has written since. */
function withoutFence(method: string, request: Buffer): Buffer {
  if (method !== 'WriteRelationships') return request;
  const { updates } = v1.WriteRelationshipsRequest.fromBinary(request);
  return Buffer.from(v1.WriteRelationshipsRequest.toBinary(v1.WriteRelationshipsRequest.create({ updates })));
}

async function unfenced(stand: Stand): Promise<() => Promise<void>> {
  stand.servers.door.rewrite(withoutFence);
  await stand.startWorkers(2);
  return () => Promise.resolve();
}

async function byDeltas(stand: Stand): Promise<() => Promise<void>> {
  const { databaseUrl, door, graph } = stand.servers;
  const spicedb = { endpoint: door.endpoint, token: graph.token };
  const worker = await InProcessWorker.start({ databaseUrl, spicedb, mapping: new DeltasInPlaceOfRows() });
  return () => worker.stop();
}

const wrong = /^went back|in the graph/;

/** Minutes: in the run that the checker has to itself. */
const alone = process.env.HISTORY_SEEDS !== undefined;

describe.runIf(alone)('P-1 P-2 the checker finds what the mechanisms prevent', () => {
  it(
    `P-2 without the fence an older state returns, within ${rounds} rounds; with it, the same seed finds nothing`,
    { timeout: 600_000 },
    async () => {
      const standing = { ...round, seconds: 15, lanes: (stand: Stand) => [[lateWrites(stand)]] };
      const { seed, found } = await firstViolations({ ...standing, workers: unfenced });
      expect(found).toContainEqual(expect.stringMatching(wrong));

      expect(await played({ ...standing, seed })).toEqual([]);
    },
  );

  it(`P-1 P-12 deltas in place of rows are found out within ${rounds} rounds`, { timeout: 400_000 }, async () => {
    const { found } = await firstViolations({ ...round, seconds: 8, lanes: (stand) => [[refusals(stand)]], workers: byDeltas });
    expect(found).toContainEqual(expect.stringMatching(wrong));
  });
});
