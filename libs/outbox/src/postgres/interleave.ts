export interface PendingRow {
  readonly position: string;
  /** As text: a JavaScript date would lose the microseconds that find the row. */
  readonly committed_at: string;
  readonly tenant_id: string | null;
  readonly revoking: boolean;
  /** Put back on the list by an operator: it is old, and does not lag. */
  readonly replayed_by?: string | null;
}

/** Takes one grant of each tenant in turn, oldest first, so that a tenant's backlog delays only itself. */
export function interleave(oldest: readonly PendingRow[], newest: readonly PendingRow[], limit: number): PendingRow[] {
  const byPosition = new Map([...oldest, ...newest].map((row) => [row.position, row]));
  const queues = new Map<string | null, PendingRow[]>();
  for (const row of [...byPosition.values()].sort(byNumber)) {
    const queue = queues.get(row.tenant_id);
    if (queue === undefined) queues.set(row.tenant_id, [row]);
    else queue.push(row);
  }
  const turns = [...queues.values()];
  const chosen: PendingRow[] = [];
  for (let round = 0; chosen.length < limit; round += 1) {
    const inRound = turns.flatMap((queue) => queue.slice(round, round + 1));
    if (inRound.length === 0) break;
    chosen.push(...inRound.slice(0, limit - chosen.length));
  }
  return chosen;
}

function byNumber(a: PendingRow, b: PendingRow): number {
  return a.position.length - b.position.length || (a.position < b.position ? -1 : 1);
}
