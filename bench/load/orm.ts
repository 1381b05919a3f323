import { DataSource, EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import type { ChildRows } from './child-workspaces.ts';

type Columns = Record<string, EntitySchemaColumnOptions>;

const text: EntitySchemaColumnOptions = { type: 'text' };
const key: EntitySchemaColumnOptions = { type: 'text', primary: true };
const number: EntitySchemaColumnOptions = { type: 'integer' };
const truth: EntitySchemaColumnOptions = { type: 'boolean' };
const moment: EntitySchemaColumnOptions = { type: 'timestamptz' };
const json: EntitySchemaColumnOptions = { type: 'jsonb' };

const entity = (name: string, columns: Columns) => new EntitySchema<Record<string, unknown>>({ name, tableName: name, columns });

const entities = {
  workspaces: entity('workspaces', {
    id: key,
    tenant_id: text,
    parent_id: text,
    name: text,
    slug: text,
    inherits: truth,
    state: text,
    version: number,
    created_at: moment,
    updated_at: moment,
  }),
  members: entity('workspace_members', {
    tenant_id: text,
    workspace_id: key,
    subject_type: key,
    subject_id: key,
    role: text,
    version: number,
    joined_at: moment,
    updated_at: moment,
  }),
  events: entity('outbox_events', {
    position: { type: 'bigint', primary: true, default: () => "nextval('outbox_position')" },
    committed_at: { ...moment, primary: true, default: () => 'now()' },
    id: text,
    bucket: number,
    tenant_id: text,
    aggregate_type: text,
    aggregate_id: text,
    aggregate_version: number,
    type: text,
    schema_version: number,
    revoking: truth,
    payload: json,
    metadata: json,
    occurred_at: moment,
  }),
  pending: entity('outbox_pending', {
    position: { type: 'bigint', primary: true },
    committed_at: moment,
    bucket: number,
    tenant_id: text,
    revoking: truth,
    projection_version: number,
  }),
};

/** The same rows by the entity manager of TypeORM, as its documentation has it: `save` within a transaction. */
export class OrmStore {
  private constructor(private readonly source: DataSource) {}

  static async connect(url: string, options: string, poolSize: number): Promise<OrmStore> {
    const source = new DataSource({
      type: 'postgres',
      url,
      installExtensions: false,
      entities: Object.values(entities),
      poolSize,
      extra: { options },
    });
    return new OrmStore(await source.initialize());
  }

  async store({ workspace, member, events }: ChildRows): Promise<void> {
    await this.source.transaction(async (manager) => {
      await manager.save(entities.workspaces, workspace);
      await manager.save(entities.members, member);
      const logged = await manager.save(entities.events, events);
      const places = logged.map((event) => {
        const { position, committed_at, bucket, tenant_id, revoking } = event as Record<string, unknown>;
        return { position, committed_at, bucket, tenant_id, revoking, projection_version: 1 };
      });
      await manager.save(entities.pending, places);
    });
  }

  close(): Promise<void> {
    return this.source.destroy();
  }
}
