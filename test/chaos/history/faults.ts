import { eventually } from '../../support/eventually.ts';
import { takeOverPoints, workerPoints } from '../support/fail-point-names.ts';
import type { Dice } from './dice.ts';
import type { Part } from './part.ts';
import type { Stand } from './stand.ts';

export type Effect = 'kill' | 'pause' | 'restart' | 'loss' | 'cut' | 'late';

/** Something that breaks, and how it is made whole. */
export interface Fault {
  readonly name: string;
  readonly effect: Effect;
  /** Milliseconds it lasts. */
  readonly holds: readonly [number, number];
  /** False: it could not be done at this moment. */
  apply(dice: Dice): Promise<boolean | void>;
  lift(): Promise<void>;
}

const nothing = () => Promise.resolve();
const short = [200, 1_500] as const;
/** Longer than another worker needs to take over and go on. */
const long = [1_500, 3_000] as const;

const killed = (part: Part): Fault => ({
  name: `kill ${part.name}`,
  effect: 'kill',
  holds: short,
  apply: () => part.kill(),
  lift: () => part.revive(),
});

function paused(part: Part, stand: Stand): Fault {
  const apply = async (dice: Dice) => {
    part.freeze();
    if (dice.chance(0.6)) await stand.expireLeases();
  };
  return { name: `pause ${part.name}`, effect: 'pause', holds: long, apply, lift: async () => part.thaw() };
}

/** Ends exactly there, or stands still there while the other worker takes over, and goes on. */
function atFailPoint(part: Part, action: 'kill' | 'stop', stand: Stand): Fault {
  const arrived = () => (action === 'kill' ? !part.alive : part.frozen);
  return {
    name: `${action} ${part.name} at a fail point`,
    effect: action === 'kill' ? 'kill' : 'pause',
    holds: action === 'kill' ? short : long,
    async apply(dice) {
      await part.kill();
      const point = dice.pick(workerPoints);
      await part.reviveWith(`${point}=${action}@${dice.between(1, takeOverPoints.includes(point) ? 3 : 12)}`);
      await stand.expireLeases();
      // A worker that has nothing to do there does not come by: then it just goes on.
      const came = await eventually(arrived, { within: 12_000 }).catch(() => false);
      if (came) await stand.expireLeases();
      return came;
    },
    async lift() {
      part.thaw();
      await part.revive();
    },
  };
}

/** Everything, in two lanes: so a worker is killed while PostgreSQL is away, but PostgreSQL and SpiceDB go in turn. */
export const everything = (stand: Stand): Fault[][] => [faultsOfProcesses(stand), faultsOfServers(stand)];

/** What can happen to our own processes and to the queue. */
function faultsOfProcesses(stand: Stand): Fault[] {
  const { api, workers } = stand.parts;
  if (api === undefined) throw new Error('no API to break');
  const empty: Fault = { name: 'empty the queue', effect: 'loss', holds: [0, 100], apply: () => stand.emptyQueue(), lift: nothing };
  return [
    killed(api),
    { ...paused(api, stand), holds: short },
    empty,
    ...workers.flatMap((worker) => [
      killed(worker),
      paused(worker, stand),
      atFailPoint(worker, 'kill', stand),
      atFailPoint(worker, 'stop', stand),
    ]),
  ];
}

/** What the fence is against: a write that arrives when others have written since. */
export const lateWrites = (stand: Stand): Fault => ({
  name: 'writes come late',
  effect: 'late',
  holds: long,
  apply: async (dice) => stand.servers.door.behave((method) => (method === 'WriteRelationships' && dice.chance(0.4) ? 'late' : 'forward')),
  lift: async () => stand.servers.door.behave('forward'),
});

/** Work piles up for a moment, and what came after each other is read together. */
export const refusals = (stand: Stand): Fault => behaved(stand, 'refuse', 'pause');

const behaved = ({ servers: { door } }: Stand, how: 'refuse' | 'cut', effect: Effect): Fault => ({
  name: how === 'cut' ? 'SpiceDB’s answers lost' : 'SpiceDB refuses',
  effect,
  holds: short,
  apply: async () => door.behave(how),
  lift: async () => door.behave('forward'),
});

/** What can happen to the servers. One that is not ours is left alone. */
function faultsOfServers(stand: Stand): Fault[] {
  const { postgres, graph } = stand.servers;
  const ofPostgres: Fault[] = [
    { name: 'kill PostgreSQL', effect: 'kill', holds: short, apply: () => postgres.kill(), lift: () => postgres.revive() },
    { name: 'restart PostgreSQL', effect: 'restart', holds: short, apply: () => postgres.shutDown(), lift: () => postgres.revive() },
    { name: 'pause PostgreSQL', effect: 'pause', holds: short, apply: () => postgres.freeze(), lift: () => postgres.thaw() },
  ];
  const ofGraph: Fault[] = [
    { name: 'kill SpiceDB', effect: 'kill', holds: short, apply: () => graph.kill(), lift: () => stand.reviveGraph() },
    { name: 'pause SpiceDB', effect: 'pause', holds: short, apply: async () => graph.freeze(), lift: async () => graph.thaw() },
  ];
  return [...ofPostgres, behaved(stand, 'cut', 'cut'), refusals(stand), lateWrites(stand), ...(graph.own ? ofGraph : [])];
}
