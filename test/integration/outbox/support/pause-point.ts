import { FailPoints } from '#database';

/** Holds a worker at one of its fail points, in the test's own process, until it is let go. */
export class PausePoint {
  private readonly gate = Promise.withResolvers<void>();
  private arrived = 0;
  private armed: string | null = null;

  readonly failPoints = FailPoints.calling(async (name) => {
    if (name !== this.armed) return;
    this.arrived += 1;
    await this.gate.promise;
  });

  /** From now on, whoever passes there waits. */
  arm(name: string): void {
    this.armed = name;
  }

  /** How many shards wait there. */
  get waiting(): number {
    return this.arrived;
  }

  release(): void {
    this.armed = null;
    this.gate.resolve();
  }
}
