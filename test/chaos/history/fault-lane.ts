import { rest } from '../../support/rest.ts';
import type { Dice } from './dice.ts';
import type { Effect, Fault } from './faults.ts';

export interface Happened {
  readonly name: string;
  readonly effect: Effect;
  readonly from: number;
  readonly to: number;
}

export interface LaneOptions {
  /** Milliseconds since 1970: what is broken then is made whole, and nothing more breaks. */
  readonly until: number;
  readonly atMost: number;
}

/** Milliseconds in which all is well: commands must also get through, or there is nothing to lose. */
const quiet = [600, 2_400] as const;

/** One fault after the other, chosen by the dice. Two lanes side by side make them overlap. */
export async function breakThings(dice: Dice, faults: readonly Fault[], { until, atMost }: LaneOptions): Promise<Happened[]> {
  const happened: Happened[] = [];
  while (happened.length < atMost) {
    await rest(dice.between(...quiet));
    if (Date.now() >= until) break;
    const { name, effect, holds, apply, lift } = dice.pick(faults);
    const from = Date.now();
    try {
      const done = await apply(dice);
      await rest(Math.min(dice.between(...holds), Math.max(0, until - Date.now())));
      if (done === false) continue;
    } finally {
      await lift();
    }
    happened.push({ name, effect, from, to: Date.now() });
  }
  return happened;
}
