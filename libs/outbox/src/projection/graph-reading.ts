import type { AuthorizationProvider, Relationship } from '#authorization';
import type { SqlExecutor } from '#database';
import { isOpeningWhenPresent, type GraphMapping } from './graph-mapping.ts';
import { SeenEdges } from './seen-edges.ts';

const pageSize = 1_000;

/** Pages by which a reader may be behind the first. Whoever is further behind keeps nobody's memory: it begins anew, later. */
const longestLag = 40;

/** This reader was too far behind, or the engine could not be asked: its reading is to begin anew. */
export class ReadingLost extends Error {}

/** Edges as they were read, and the buckets they are in: asked for once, whoever wants to know. */
class Page {
  private following: Promise<Page | null> | null = null;
  private buckets: Promise<readonly (number | null)[]> | null = null;

  constructor(
    readonly nth: number,
    private readonly edges: readonly Relationship[],
    private readonly pages: AsyncIterator<readonly Relationship[]>,
    private readonly mapping: GraphMapping,
  ) {}

  /** Null: that was the last. */
  next(): Promise<Page | null> {
    this.following ??= this.pages
      .next()
      .then(({ value, done }) => (done === true ? null : new Page(this.nth + 1, value, this.pages, this.mapping)));
    return this.following;
  }

  async edgesIn(snapshot: SqlExecutor, belongs: (bucket: number | null) => boolean): Promise<Relationship[]> {
    this.buckets ??= this.mapping.bucketsOf(snapshot, this.edges);
    const buckets = await this.buckets.catch((error: unknown) => {
      this.buckets = null;
      throw error;
    });
    return this.edges.filter((_, nth) => belongs(buckets[nth] ?? null));
  }
}

interface Reading {
  /** What it is for: a graph that was lost meanwhile is another graph, and is read anew. */
  readonly purpose: string;
  readonly seen: SeenEdges;
  /** Null once it is too late to join. */
  head: Page | null;
  furthest: number;
  readonly readers: Set<GraphReader>;
}

/** One shard's way through a reading. */
export class GraphReader {
  private page: Page | null;

  constructor(
    head: Page,
    /** Everything that the reading met; whole once `next` came to the end. */
    readonly seen: SeenEdges,
    private readonly advanced: (reader: GraphReader, page: Page | null) => void,
  ) {
    this.page = head;
  }

  /** Of the next page, the edges that belong here; null at the end. Throws `ReadingLost`, and whatever the engine does. */
  async next(snapshot: SqlExecutor, belongs: (bucket: number | null) => boolean): Promise<Relationship[] | null> {
    if (this.page === null) throw new ReadingLost('another shard is far ahead, or the reading broke off');
    const page = await this.page.next();
    this.advanced(this, page);
    if (page === null) return null;
    this.page = page;
    return page.edgesIn(snapshot, belongs);
  }

  get at(): number {
    return this.page?.nth ?? -1;
  }

  lose(): void {
    this.page = null;
  }
}

/**
 * Reads everything in the graph of the types that the mapping owns, once for all shards of the process that prune at the same time: each
 * for itself would read a million edges five times, and throw most of them away. Edges that grant come first, then those that limit.
 */
export class GraphReading {
  private reading: Reading | null = null;

  constructor(
    private readonly graph: AuthorizationProvider,
    private readonly mapping: GraphMapping,
  ) {}

  /** Everything that was in the graph when somebody first joined for this purpose, or later. */
  join(purpose: string): GraphReader {
    const joinable = this.reading !== null && this.reading.purpose === purpose && this.reading.head !== null;
    const reading = joinable && this.reading !== null ? this.reading : this.begin(purpose);
    const reader = new GraphReader(reading.head as Page, reading.seen, (who, page) => this.advanced(reading, who, page));
    reading.readers.add(reader);
    return reader;
  }

  /** After a failure, for this reader and all others of the same reading: whoever joins now begins anew. */
  giveUp(reader: GraphReader): void {
    if (this.reading?.readers.has(reader) !== true) return;
    for (const other of this.reading.readers) other.lose();
    this.reading = null;
  }

  private begin(purpose: string): Reading {
    const seen = new SeenEdges();
    this.reading = { purpose, seen, head: new Page(0, [], this.pages(seen), this.mapping), furthest: 0, readers: new Set() };
    return this.reading;
  }

  private advanced(reading: Reading, reader: GraphReader, page: Page | null): void {
    if (page === null) {
      reading.readers.delete(reader);
      if (this.reading === reading) this.reading = null;
      return;
    }
    reading.furthest = Math.max(reading.furthest, page.nth);
    if (reading.furthest >= longestLag) reading.head = null;
    for (const other of reading.readers) {
      if (other === reader || other.at >= reading.furthest - longestLag) continue;
      other.lose();
      reading.readers.delete(other);
    }
  }

  private async *pages(seen: SeenEdges): AsyncGenerator<Relationship[], undefined> {
    for (const resourceType of this.mapping.ownedTypes) yield* this.pagesOf({ resourceType }, true, seen);
    for (const filter of this.mapping.limiting) yield* this.pagesOf(filter, false, seen);
    return undefined;
  }

  private async *pagesOf(filter: { readonly resourceType: string }, granting: boolean, seen: SeenEdges): AsyncGenerator<Relationship[]> {
    let page: Relationship[] = [];
    for await (const edge of this.graph.read(filter, { kind: 'fully_consistent' })) {
      if (isOpeningWhenPresent(edge) !== granting) continue;
      seen.add(edge);
      page.push(edge);
      if (page.length < pageSize) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
  }
}
