/** Where the process is in its life: a stopping one finishes what it has, and says that it wants no more. */
export class Lifecycle {
  private ending = false;

  get isStopping(): boolean {
    return this.ending;
  }

  stop(): void {
    this.ending = true;
  }
}
