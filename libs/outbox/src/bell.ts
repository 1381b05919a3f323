/** Repeats an action whenever it is rung, one at a time: any number of rings meanwhile are one more. */
export class Bell {
  private ringing = false;
  private again = false;

  /** Nothing rests on the action: what it fails at is not tried again until the next ring. */
  constructor(private readonly action: () => Promise<unknown>) {}

  ring(): void {
    this.again = true;
    if (!this.ringing) void this.swing();
  }

  private async swing(): Promise<void> {
    this.ringing = true;
    while (this.again) {
      this.again = false;
      await this.action().catch(() => undefined);
    }
    this.ringing = false;
  }
}

/** One for each shard. */
export class ShardBells {
  private readonly bells = new Map<number, Bell>();

  constructor(private readonly action: (shard: number) => Promise<unknown>) {}

  ring(shard: number): void {
    let bell = this.bells.get(shard);
    if (bell === undefined) this.bells.set(shard, (bell = new Bell(() => this.action(shard))));
    bell.ring();
  }
}
