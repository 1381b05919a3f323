import { v1 } from '@authzed/authzed-node';
import { Metadata } from '@grpc/grpc-js';
import type { CheckRequest, Relationship } from '#authorization';

export interface BareUpdate {
  readonly operation: 'touch' | 'delete';
  readonly relationship: Relationship;
}

const deletedAtOnce = 1_000;

const minimizeLatency: v1.Consistency = { requirement: { oneofKind: 'minimizeLatency', minimizeLatency: true } };
const fullyConsistent: v1.Consistency = { requirement: { oneofKind: 'fullyConsistent', fullyConsistent: true } };

/** authzed-node and nothing around it: what every row is compared with. */
export class BareGraph {
  private readonly client: v1.ZedClientInterface;

  constructor(server: { readonly endpoint: string; readonly token: string }) {
    const security = /^(127\.|localhost:|\[::1\])/.test(server.endpoint)
      ? v1.ClientSecurity.INSECURE_PLAINTEXT_CREDENTIALS
      : v1.ClientSecurity.SECURE;
    this.client = v1.NewClient(server.token, server.endpoint, security);
  }

  close(): void {
    this.client.close();
  }

  async hasSchema(): Promise<boolean> {
    return this.client.promises.readSchema({}).then(
      ({ schemaText }) => schemaText !== '',
      () => false,
    );
  }

  /** What the server calls itself. */
  version(): Promise<string> {
    const asking = new Metadata();
    asking.set('io.spicedb.requestversion', 'true');
    return new Promise((resolve) => {
      const call = this.client.readSchema({}, asking, () => resolve('SpiceDB, version unknown'));
      call.on('metadata', (answer) => {
        const [version] = answer.get('io.spicedb.debug.version');
        if (version !== undefined) resolve(`SpiceDB ${String(version)}`);
      });
    });
  }

  /** The call alone, without the promise and the error handling that a product needs. */
  check(request: CheckRequest, consistency: 'minimize_latency' | 'fully_consistent'): Promise<boolean> {
    const message = v1.CheckPermissionRequest.create({
      consistency: consistency === 'minimize_latency' ? minimizeLatency : fullyConsistent,
      resource: { objectType: request.resource.type, objectId: request.resource.id },
      permission: request.permission,
      subject: { object: { objectType: request.subject.type, objectId: request.subject.id }, optionalRelation: '' },
    });
    return new Promise((resolve, reject) => {
      this.client.checkPermission(message, (error, answer) => {
        if (error || answer === undefined) reject(error ?? new Error('no answer'));
        else resolve(answer.permissionship === v1.CheckPermissionResponse_Permissionship.HAS_PERMISSION);
      });
    });
  }

  write(updates: readonly BareUpdate[]): Promise<void> {
    const message = v1.WriteRelationshipsRequest.create({ updates: updates.map(updateMessage) });
    return new Promise((resolve, reject) => {
      this.client.writeRelationships(message, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Everything of these types goes, in calls as large as the engine takes in good time. */
  async empty(types: readonly string[]): Promise<void> {
    for (const resourceType of types) {
      const request = v1.DeleteRelationshipsRequest.create({
        relationshipFilter: { resourceType, optionalResourceId: '', optionalResourceIdPrefix: '', optionalRelation: '' },
        optionalLimit: deletedAtOnce,
        optionalAllowPartialDeletions: true,
      });
      for (;;) {
        const { deletionProgress } = await this.client.promises.deleteRelationships(request);
        if (deletionProgress === v1.DeleteRelationshipsResponse_DeletionProgress.COMPLETE) break;
      }
    }
  }

  /** All of them, `perCall` at a time, with so many calls under way. */
  async writeAll(updates: readonly BareUpdate[], perCall: number, inFlight: number): Promise<void> {
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < updates.length) {
        const from = next;
        next += perCall;
        await this.write(updates.slice(from, from + perCall));
      }
    };
    await Promise.all(Array.from({ length: inFlight }, lane));
  }
}

function updateMessage({ operation, relationship }: BareUpdate): v1.RelationshipUpdate {
  const { resource, relation, subject } = relationship;
  return {
    operation: operation === 'touch' ? v1.RelationshipUpdate_Operation.TOUCH : v1.RelationshipUpdate_Operation.DELETE,
    relationship: {
      resource: { objectType: resource.type, objectId: resource.id },
      relation,
      subject: { object: { objectType: subject.type, objectId: subject.id }, optionalRelation: '' },
    },
  };
}
