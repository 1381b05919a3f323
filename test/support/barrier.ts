/** Holds `parties` callers until all of them have arrived, then lets them go together. Can be used again afterwards. */
export class Barrier {
  #arrived = 0;
  #open: () => void = () => undefined;
  #gate: Promise<void> = this.#newGate();

  constructor(private readonly parties: number) {}

  async arrive(): Promise<void> {
    const gate = this.#gate;
    this.#arrived += 1;
    if (this.#arrived === this.parties) {
      this.#arrived = 0;
      const open = this.#open;
      this.#gate = this.#newGate();
      open();
    }
    await gate;
  }

  #newGate(): Promise<void> {
    return new Promise((resolve) => (this.#open = resolve));
  }
}

/** Runs all tasks from one starting line and returns every outcome, in order. */
export async function race<T>(...tasks: readonly (() => Promise<T>)[]): Promise<PromiseSettledResult<T>[]> {
  const line = new Barrier(tasks.length);
  return Promise.allSettled(
    tasks.map(async (task) => {
      await line.arrive();
      return task();
    }),
  );
}
