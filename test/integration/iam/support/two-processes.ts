import { race } from '../../../support/barrier.ts';
import { createTestDatabase } from '../../../support/test-database.ts';
import { OwnerConnection } from './owner-connection.ts';
import { RunningIam } from './running-iam.ts';

/** Two processes of the product over one new database, and its owner looking on. */
export class TwoProcesses {
  private constructor(
    readonly url: string,
    readonly left: RunningIam,
    readonly right: RunningIam,
    readonly owner: OwnerConnection,
    private readonly drop: () => Promise<void>,
  ) {}

  static async start(): Promise<TwoProcesses> {
    const { url, drop } = await createTestDatabase();
    const [left, right, owner] = await Promise.all([RunningIam.start(url), RunningIam.start(url), OwnerConnection.open(url)]);
    return new TwoProcesses(url, left, right, owner, drop);
  }

  /** Both at once, from one starting line. */
  async race<L, R>(left: (iam: RunningIam) => Promise<L>, right: (iam: RunningIam) => Promise<R>) {
    const [one, other] = await race<L | R>(
      () => left(this.left),
      () => right(this.right),
    );
    return [outcomeOf(one), outcomeOf(other)] as const;
  }

  async stop(): Promise<void> {
    await Promise.all([this.left.stop(), this.right.stop(), this.owner.close()]);
    await this.drop();
  }
}

/** `done`, or the name of the error. */
function outcomeOf(result: PromiseSettledResult<unknown> | undefined): string {
  if (result?.status === 'fulfilled') return 'done';
  return result?.reason instanceof Error ? result.reason.name : String(result?.reason);
}
