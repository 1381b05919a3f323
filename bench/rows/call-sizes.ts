import { graph, type Relationship } from '#authorization';
import { UlidGenerator } from '#kernel';
import { batchLimits } from '#outbox/nest';
import type { BareUpdate } from '../load/bare-graph.ts';
import type { Outcome, Side } from '../measure/outcome.ts';
import { cpuPerOperation, measure, rateOf, wholeCpu, type Sample } from '../measure/sample.ts';
import { median } from '../measure/statistics.ts';
import type { Stand } from '../stand/stand.ts';
import type { Row, RunOptions } from './row.ts';

const relationships = 40_000;
const removedShare = 0.3;

interface Size {
  /** Updates a call. */
  readonly perCall: number;
  readonly inFlight: number;
}

const inWords = ({ perCall, inFlight }: Size): string => `${perCall} a call${inFlight === 1 ? '' : `, ${inFlight} under way`}`;

/** What the projection does: one call at a time, as large as it may be. */
const ofGrants: Size = { perCall: batchLimits.updates, inFlight: 1 };
/** The deletes are what fills a call first. */
const ofMixture: Size = { perCall: Math.round(batchLimits.deletes / removedShare), inFlight: 1 };

const alone = (...sizes: number[]): Size[] => sizes.map((perCall) => ({ perCall, inFlight: 1 }));
/** One process never has two calls under way, as their markers would collide: shown for what that costs. */
const together = (...sizes: number[]): Size[] => sizes.map((perCall) => ({ perCall, inFlight: 2 }));

/** Bare writes of each size in turn, as often as there are pairs. */
class SizesBench {
  private readonly ids = new UlidGenerator();
  private readonly count: number;

  constructor(
    private readonly stand: Stand,
    private readonly options: RunOptions,
  ) {
    this.count = Math.ceil(relationships * options.scale);
  }

  async each(what: string, sizes: readonly Size[], sample: (size: Size) => Promise<Sample>): Promise<Map<Size, Sample[]>> {
    const samples = new Map<Size, Sample[]>(sizes.map((size) => [size, []]));
    for (let nth = 0; nth < this.options.pairs; nth += 1) {
      for (const size of nth % 2 === 0 ? sizes : [...sizes].reverse()) samples.get(size)?.push(await sample(size));
    }
    for (const [size, of] of samples) {
      const [rate, cpu] = [median(of.map(rateOf)), median(of.map(wholeCpu))];
      this.options.progress(`  ${what}, ${inWords(size)}: ${Math.round(rate)}/s, ${cpu.toFixed(3)} ms of CPU each`);
    }
    return samples;
  }

  grants = async (size: Size): Promise<Sample> => this.written(this.touches(this.fresh(this.count)), size);

  /** Three of ten go, seven come; those that go were there. */
  mixture = async (size: Size): Promise<Sample> => {
    const gone = this.fresh(Math.round(this.count * removedShare));
    await this.stand.graph.writeAll(this.touches(gone), 500, 2);
    const come = this.touches(this.fresh(this.count - gone.length));
    const updates: BareUpdate[] = [];
    for (let nth = 0; nth < this.count; nth += 1) {
      const goes = nth % 10 < removedShare * 10 ? gone.pop() : undefined;
      const next = goes === undefined ? come.pop() : ({ operation: 'delete', relationship: goes } as const);
      if (next !== undefined) updates.push(next);
    }
    return this.written(updates, size);
  };

  private async written(updates: readonly BareUpdate[], { perCall, inFlight }: Size): Promise<Sample> {
    await this.stand.settle();
    return measure(this.stand.cpu, async () => {
      await this.stand.graph.writeAll(updates, perCall, inFlight);
      return { operations: updates.length };
    });
  }

  private fresh(count: number): Relationship[] {
    const { tenant, user } = graph;
    return Array.from({ length: count }, () => ({
      resource: { type: tenant.type, id: this.ids.next() },
      relation: tenant.relations.member,
      subject: { type: user.type, id: this.ids.next() },
    }));
  }

  private touches(edges: readonly Relationship[]): BareUpdate[] {
    return edges.map((relationship) => ({ operation: 'touch', relationship }));
  }
}

const side = (size: Size, samples: readonly Sample[]): Side => ({
  label: inWords(size),
  value: median(samples.map(rateOf)),
  unit: '/s',
  cpuPerOperation: cpuPerOperation(samples),
});

function outcome(what: string, chosen: Size, samples: ReadonlyMap<Size, Sample[]>): Outcome {
  const of = (size: Size) => samples.get(size) ?? [];
  const rate = (size: Size) => median(of(size).map(rateOf));
  const others = [...samples.keys()].filter((size) => size !== chosen && size.inFlight === chosen.inFlight);
  const best = others.reduce((most, size) => (rate(size) > rate(most) ? size : most));
  return {
    what,
    bar: { atLeast: 0.9, stretch: 1, unit: 'x' },
    values: of(chosen).map((sample, nth) => rateOf(sample) / rateOf(of(best)[nth] ?? sample)),
    ours: side(chosen, of(chosen)),
    bare: side(best, of(best)),
    notes: ['bare writes: the size that the projection uses against the best of the others; the bar is our own'],
  };
}

export const callSizes: Row = {
  name: 'call-sizes',
  about: 'Bare writes of many sizes: is the one that the projection uses still the best?',
  async run(stand: Stand, options: RunOptions): Promise<Outcome[]> {
    const bench = new SizesBench(stand, options);
    const grants = [ofGrants, ...alone(100, 250, 500), ...together(500, batchLimits.updates)];
    const mixture = [ofMixture, ...alone(167, 300, 998), ...together(300, ofMixture.perCall)];
    return [
      outcome('Calls of grants', ofGrants, await bench.each('grants', grants, bench.grants)),
      outcome('Calls of which 30 % are removals', ofMixture, await bench.each('30 % removals', mixture, bench.mixture)),
    ];
  },
};
