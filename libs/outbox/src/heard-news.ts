import { covers, revisionOf, type AppliedNews, type Revision } from './applied-feed.ts';

/** What was heard of the events somebody waits for: which are applied, and by which revisions. */
export class HeardNews {
  private readonly newest = new Map<number, Revision>();
  private readonly missing: Set<bigint>;
  private unnamed = false;

  constructor(positions: Iterable<bigint> = []) {
    this.missing = new Set(positions);
  }

  /** Returns whether this was the last that was missing. */
  hear(news: AppliedNews): boolean {
    let touched = false;
    for (const position of news.done ?? []) touched = this.missing.delete(position) || touched;
    if (!touched) return false;
    const revision = revisionOf(news);
    const known = this.newest.get(news.shard);
    // Nothing was left to write for these events: some earlier batch did it, of which this says only that there was one.
    if (revision === null) this.unnamed = true;
    else if (known === undefined || covers(revision, known)) this.newest.set(news.shard, revision);
    return this.missing.size === 0;
  }

  /** One per shard, together covering every event. Null when not all of them are known: then look them up. */
  tokens(epoch: string): readonly string[] | null {
    const revisions = [...this.newest.values()];
    const complete = this.missing.size === 0 && !this.unnamed && revisions.length > 0;
    return complete && revisions.every((revision) => revision.epoch === epoch) ? revisions.map(({ zedToken }) => zedToken) : null;
  }
}
