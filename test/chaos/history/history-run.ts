import { relationshipKey } from '#authorization';
import { eventually } from '../../support/eventually.ts';
import type { DatabaseServer } from './database-server.ts';
import { Dice } from './dice.ts';
import { breakThings, type Happened } from './fault-lane.ts';
import type { Fault } from './faults.ts';
import { underRandomLoad } from './load.ts';
import { Requests, succeeded } from './requests.ts';
import { readRowHistory } from './row-log.ts';
import { layOut } from './scenery.ts';
import { Stand } from './stand.ts';
import { graphIsState, Judgement, nobodyStayedIn, nothingLost, nothingWentBack } from './verdict.ts';

export interface HistoryOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly commandsPerSecond: number;
  /** Of each lane. */
  readonly faultsAtMost: number;
  /** The queue's backend. */
  readonly redis: boolean;
  /** One list of faults per lane; lanes go side by side. */
  readonly lanes: (stand: Stand) => readonly (readonly Fault[])[];
  /** How many people the commands are about; the fewer, the more often each one's relationships come and go. */
  readonly people?: number;
  /** To see what a mechanism is for: makes the stand lack it, and starts its workers. */
  readonly workers?: (stand: Stand) => Promise<() => Promise<void>>;
}

export interface HistoryReport {
  readonly seed: number;
  readonly engine: string;
  readonly queue: string;
  readonly commands: number;
  readonly succeeded: number;
  readonly unanswered: number;
  readonly probes: number;
  readonly letIn: number;
  readonly happened: readonly Happened[];
  readonly rowChanges: number;
  readonly writes: number;
  readonly lives: number;
  readonly falls: number;
  readonly checks: number;
  readonly violations: readonly string[];
}

const heardWithinMs = 15_000;

/** One seed from empty servers to its verdict. */
export class HistoryRun {
  private readonly commands: Requests;
  private readonly probes: Requests;

  private constructor(
    private readonly stand: Stand,
    private readonly options: HistoryOptions,
  ) {
    const url = () => stand.parts.api?.url ?? '';
    [this.commands, this.probes] = [new Requests(url), new Requests(url)];
  }

  static async play(postgres: DatabaseServer, options: HistoryOptions): Promise<HistoryReport> {
    const stand = await Stand.lay(postgres, options);
    let stopWorkers = () => Promise.resolve();
    try {
      stopWorkers = (await options.workers?.(stand)) ?? stopWorkers;
      if (stand.parts.workers.length === 0 && options.workers === undefined) await stand.startWorkers(2);
      await stand.startApi();
      return await new HistoryRun(stand, options).played();
    } finally {
      await stopWorkers();
      await stand.stop();
    }
  }

  private async played(): Promise<HistoryReport> {
    const { seed, seconds, commandsPerSecond, faultsAtMost, lanes, people = 6 } = this.options;
    const { stand, commands, probes } = this;
    const dice = new Dice(seed);
    const scenery = await layOut(commands, stand.servers.issuer, people);
    const until = Date.now() + seconds * 1_000;
    const [, ...broken] = await Promise.all([
      underRandomLoad(dice.another(), scenery, { commands, probes }, { commandsPerSecond, until }),
      ...lanes(stand).map((lane) => breakThings(dice.another(), lane, { until, atMost: faultsAtMost })),
    ]);
    return this.judged(broken.flat());
  }

  private async judged(happened: readonly Happened[]): Promise<HistoryReport> {
    const { stand, commands, probes, options } = this;
    const judged = new Judgement();
    await stand.settled().catch((error: unknown) => judged.hold(false, () => `not settled: ${String(error)}`));
    await nothingLost(judged, stand, commands.all);
    await graphIsState(judged, stand);
    await this.allHeard(judged);
    const { timeline: rows, changes } = await stand.asOwner(readRowHistory);
    const { lives, timeline: graph, writes } = stand.graphLog;
    nothingWentBack(judged, lives, rows);
    nobodyStayedIn(judged, probes.all, { rows, graph, happened, windowMs: stand.servers.graph.windowMs });
    const parts = [stand.parts.api, ...stand.parts.workers];
    return {
      seed: options.seed,
      engine: stand.servers.graph.engine,
      queue: stand.servers.redis === null ? 'PostgreSQL' : 'Redis',
      commands: commands.all.length,
      succeeded: commands.all.filter(succeeded).length,
      unanswered: commands.all.filter(({ status }) => status === null).length,
      probes: probes.all.length,
      letIn: probes.all.filter(succeeded).length,
      happened,
      rowChanges: changes,
      writes,
      lives: lives.length,
      falls: parts.reduce((sum, part) => sum + (part?.falls ?? 0), 0),
      checks: judged.checks,
      violations: judged.violations,
    };
  }

  /** The recorder's last state is the engine's: what it told of the time before is then complete, too. */
  private async allHeard(judged: Judgement): Promise<void> {
    const { stand } = this;
    const held = async (): Promise<string> => {
      const edges: string[] = [];
      for (const resourceType of ['platform', 'tenant', 'group', 'workspace']) {
        for await (const found of stand.graph.read({ resourceType }, { kind: 'fully_consistent' })) edges.push(relationshipKey(found));
      }
      return edges.sort().join('\n');
    };
    const heard = async () => stand.graphLog.timeline.edgesAt(new Date()).sort().join('\n') === (await held());
    await eventually(heard, { within: heardWithinMs, every: 200 }).then(
      () => judged.hold(true, () => ''),
      () => judged.hold(false, () => 'the recorder does not know the graph: what landed was not all heard'),
    );
  }
}
