import { connectDatabase, type DatabaseConnection } from '#database/nest';
import { CancelOperation, FindOperation, type JsonObject, type OperationId, type OperationView } from '#governance';
import { composeGovernance, type Governance } from '#governance/nest';
import { platformScope, SystemClock } from '#kernel';
import { actingProduct, contextOf } from '#kernel/testing';
import type { Child } from '../../../../apps/devstack/src/child-process.ts';
import { startProgram } from '../../../support/child-process.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/test-database.ts';
import { OwnerConnection } from '../../iam/support/owner-connection.ts';

export interface Step {
  readonly step: number;
  readonly process: number;
}

/** Operations on PostgreSQL, and workers in processes of their own that count. */
export class OperationBench {
  private readonly workers: Child[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly connection: DatabaseConnection,
    readonly governance: Governance,
    readonly owner: OwnerConnection,
  ) {}

  static async open(): Promise<OperationBench> {
    const database = await createTestDatabase();
    const connection = await connectDatabase({ url: database.url, poolSize: 4 });
    const owner = await OwnerConnection.open(database.url);
    await owner.query(
      'CREATE TABLE operation_steps (nth bigserial, operation text NOT NULL, step integer NOT NULL, process integer NOT NULL)',
    );
    await owner.query('GRANT SELECT, INSERT ON operation_steps TO tenantry_runtime');
    await owner.query('GRANT USAGE ON SEQUENCE operation_steps_nth_seq TO tenantry_runtime');
    return new OperationBench(database, connection, composeGovernance({ ...connection, clock: new SystemClock() }), owner);
  }

  async worker(): Promise<Child> {
    const child = startProgram({ program: 'test/support/operation-worker.js', env: { DATABASE_URL: this.database.url } });
    this.workers.push(child);
    await child.untilLine((line) => (line.includes('"ready"') ? true : undefined), 30_000);
    return child;
  }

  async ask(input: JsonObject, exclusive?: string): Promise<OperationId> {
    const context = contextOf(actingProduct);
    const request = { kind: 'count', tenantId: null, input, ...(exclusive !== undefined && { exclusive }) };
    const { unitOfWork } = this.connection;
    return (await unitOfWork.run(context, platformScope, (tx) => this.governance.operations.request(tx, context, request))).id;
  }

  cancel(operationId: OperationId): Promise<{ version: number }> {
    return this.governance.cancelOperation.execute(new CancelOperation(contextOf(actingProduct), { operationId }));
  }

  find(operationId: OperationId): Promise<OperationView> {
    return this.governance.findOperation.execute(new FindOperation(contextOf(actingProduct), { operationId }));
  }

  /** In the order in which they were done. */
  steps(id: OperationId): Promise<Step[]> {
    return this.owner.query('SELECT step, process FROM operation_steps WHERE operation = $1 ORDER BY nth', [id]);
  }

  /** As if the lease of whoever has it had run out. */
  async lapse(id: OperationId): Promise<void> {
    await this.owner.query("UPDATE operations SET lease_until = now() - interval '1 second' WHERE id = $1", [id]);
  }

  async stopWorkers(): Promise<void> {
    await Promise.all(
      this.workers.splice(0).map((child) => {
        child.kill('SIGCONT');
        return child.stop();
      }),
    );
  }

  async close(): Promise<void> {
    await this.stopWorkers();
    await this.owner.close();
    await this.connection.close();
    await this.database.drop();
  }
}
