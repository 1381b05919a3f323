import type { OwnerConnection } from '../../integration/iam/support/owner-connection.ts';
import { RowsInTurn, tablesOfState, type Row } from './edges-of-rows.ts';
import { Timeline } from './timeline.ts';

/**
 * Kept by the database in the transaction that makes the change, so it is there exactly when the change is. Whoever changes a row waits
 * for the transaction that changed it before, so the times of commits are the order of what happened to each edge.
 */
const keep = `
  CREATE SCHEMA history;
  CREATE TABLE history.changes (seq bigserial PRIMARY KEY, xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    relation text NOT NULL, before jsonb, after jsonb);
  CREATE FUNCTION history.keep() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
    INSERT INTO history.changes (relation, before, after) VALUES (TG_TABLE_NAME,
      CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END, CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END);
    RETURN NULL;
  END $$;`;

/** Before the first row is written. The server must keep the times of commits. */
export async function keepRowHistory(owner: OwnerConnection): Promise<void> {
  const triggers = tablesOfState.map(
    (table) => `CREATE TRIGGER history AFTER INSERT OR UPDATE OR DELETE ON ${table} FOR EACH ROW EXECUTE FUNCTION history.keep();`,
  );
  await owner.query([keep, ...triggers].join('\n'));
}

interface KeptChange {
  readonly xid: string;
  readonly at: number;
  readonly relation: string;
  readonly before: Row | null;
  readonly after: Row | null;
}

const inOrderOfCommit = `
  SELECT xid::text, (extract(epoch FROM pg_xact_commit_timestamp(xid::xid)) * 1000)::float8 AS at, relation, before, after
  FROM history.changes ORDER BY pg_xact_commit_timestamp(xid::xid), min(seq) OVER (PARTITION BY xid), seq`;

export interface RowHistory {
  readonly timeline: Timeline;
  readonly changes: number;
}

/** What every transaction made of each edge, in the order of commits. What a transaction did and undid by itself nobody could see. */
export async function readRowHistory(owner: OwnerConnection): Promise<RowHistory> {
  const kept = await owner.query<KeptChange>(inOrderOfCommit);
  const [rows, timeline] = [new RowsInTurn(), new Timeline()];
  let changed = new Map<string, Date | null | undefined>();
  for (const [nth, { relation: table, before, after, xid, at }] of kept.entries()) {
    for (const [edge, end] of rows.take({ table, before, after })) changed.set(edge, end);
    if (kept[nth + 1]?.xid === xid) continue;
    if (changed.size > 0) timeline.add(at, changed);
    changed = new Map();
  }
  return { timeline, changes: kept.length };
}
