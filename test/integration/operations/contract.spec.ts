import { connectDatabase } from '#database/nest';
import { PgOperationQueue } from '#governance/nest';
import { operationsContract } from '#governance/testing';
import { PgOperationRepository } from '../../../libs/governance/src/operations/adapters/pg-operation-repository.ts';
import { PgOperationViews } from '../../../libs/governance/src/operations/adapters/pg-operation-views.ts';
import { createTestDatabase } from '../../support/test-database.ts';
import { OwnerConnection } from '../iam/support/owner-connection.ts';

operationsContract('PostgreSQL', async () => {
  const test = await createTestDatabase();
  const { database, unitOfWork, close } = await connectDatabase({ url: test.url, poolSize: 2 });
  const owner = await OwnerConnection.open(test.url);
  return {
    unitOfWork,
    repository: new PgOperationRepository(),
    views: new PgOperationViews(database),
    queue: new PgOperationQueue(database),
    async lapse(id, seconds) {
      await owner.query('UPDATE operations SET lease_until = now() - make_interval(secs => $2) WHERE id = $1', [id, seconds]);
    },
    async stop() {
      await owner.close();
      await close();
      await test.drop();
    },
  };
});
