import fc from 'fast-check';
import { step } from './random-commands.ts';
import type { SmallWorld } from './small-world.ts';

const noCommands: readonly string[] = ['time passes', 'drain', 'crash'];

/** Commands one after the other until told to stop, which says how many took effect. */
export function commandsMeanwhile(world: SmallWorld): { readonly stop: () => Promise<number> } {
  let going = true;
  let done = 0;
  const play = async () => {
    for (let seed = 1; going; seed += 1) {
      const [some = []] = fc.sample(fc.array(step, { minLength: 20, maxLength: 20 }), { seed, numRuns: 1 });
      for (const next of some.filter(({ kind }) => !noCommands.includes(kind))) if (going && (await world.take(next))) done += 1;
    }
  };
  const playing = play();
  return {
    stop: async () => {
      going = false;
      await playing;
      return done;
    },
  };
}
