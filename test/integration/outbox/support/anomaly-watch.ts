import { onTestFinished } from 'vitest';

export interface Watch {
  /** How often it got an answer. */
  readonly looks: number;
  /** Stops looking. What was seen that should never be. */
  end(): Promise<string[]>;
}

/** Looks again and again, as fast as answers come, for something that must not be seen at any moment. A failed look is none. */
export function watchFor(look: () => Promise<string | null>): Watch {
  const seen: string[] = [];
  let looks = 0;
  let over = false;
  onTestFinished(() => void (over = true)); // also when the test failed before it said so
  const watching = (async () => {
    while (!over) {
      const found = await look().then(
        (answer) => {
          looks += 1;
          return answer;
        },
        () => null,
      );
      if (found !== null) seen.push(found);
    }
  })();
  return {
    get looks() {
      return looks;
    },
    async end() {
      over = true;
      await watching;
      return seen;
    },
  };
}
