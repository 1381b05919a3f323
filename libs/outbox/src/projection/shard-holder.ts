import {
  AuthorizationUnavailable,
  GraphSchemaMissing,
  PreconditionNotMet,
  type AuthorizationProvider,
  type GraphToken,
  type Precondition,
  type RelationshipUpdate,
} from '#authorization';
import type { FailPoints } from '#database';
import { formatMarker, markerFilter, moveMarker, parseMarker, stillAt, type Marker } from './marker.ts';
import type { ShardClaim, ShardRegistry } from './shard-registry.ts';

/** Where this holder stands: the marker it wrote last. Everything it writes next is conditional on it. */
export interface Hold {
  readonly epoch: string;
  readonly seq: bigint;
  readonly marker: string;
}

/** Somebody else wrote to the shard, or might have: nothing read before may be written any more. */
export class HoldLost extends Error {}

export interface HolderPorts {
  readonly registry: ShardRegistry;
  readonly graph: AuthorizationProvider;
  /** Writes the schema into an engine that has none. */
  readonly ensureSchema: () => Promise<void>;
  readonly failPoints: FailPoints;
  readonly nonce: () => string;
}

/**
 * Owns one shard of the graph, as far as anybody can: by compare-and-swap on the shard's marker inside the engine.
 * Taking over goes: lease, read the marker, move it in a write of its own, and only then read what is to be done.
 */
export class ShardHolder {
  private hold: Hold | null = null;
  /** Batches that the graph held and the record did not, when the shard was last taken over. */
  ahead = 0n;

  constructor(
    readonly shard: number,
    readonly holder: string,
    private readonly ports: HolderPorts,
  ) {}

  get current(): Hold | null {
    return this.hold;
  }

  /** Further ahead than a worker's crash between a write and its record leaves it: rows may have gone back meanwhile. */
  get isSuspect(): boolean {
    return this.ahead > 1n;
  }

  /** After an outage, a lost swap or any doubt: the next turn takes over anew. */
  drop(): void {
    this.hold = null;
  }

  /** Null: the shard is somebody else's, or the graph was just found lost and the next turn starts over. */
  async takeOver(): Promise<Hold | null> {
    const { registry, graph, failPoints } = this.ports;
    await failPoints.pass('before-claim');
    const claim = await registry.claim(this.shard, this.holder);
    if (claim === null) return null;
    await failPoints.pass('after-lease');
    const found = await this.readMarker();
    await failPoints.pass('after-marker-read');
    const loss = lossOf(claim, found);
    if (loss !== null) {
      await registry.declareLost(claim.epoch, loss);
      return null;
    }
    const marker: Marker = { epoch: claim.epoch, seq: nextSeq(claim, found), nonce: this.ports.nonce() };
    const name = formatMarker(marker);
    const from = found === null ? null : formatMarker(found);
    const token = await this.swapping(() => graph.write(moveMarker(this.shard, from, name), [stillAt(this.shard, from)]));
    await failPoints.pass('after-marker-move');
    this.ahead = aheadOf(claim, found);
    if (!(await registry.enter(this.shard, this.holder, marker, token, this.isSuspect))) return null;
    this.hold = { epoch: claim.epoch, seq: marker.seq, marker: name };
    return this.hold;
  }

  private async readMarker(): Promise<Marker | null> {
    try {
      return await this.findMarker();
    } catch (error) {
      if (!(error instanceof GraphSchemaMissing)) throw error;
      await this.ports.ensureSchema();
      return this.findMarker();
    }
  }

  private async findMarker(): Promise<Marker | null> {
    for await (const edge of this.ports.graph.read(markerFilter(this.shard), { kind: 'fully_consistent' }))
      return parseMarker(edge.subject.id);
    return null;
  }

  /**
   * Writes a batch and moves the marker with it, or throws: `HoldLost` when the swap or another precondition failed, `InvalidRelationship` when an
   * update was refused (nothing was written, the hold stays), anything else when it may or may not have been written.
   */
  async write(updates: readonly RelationshipUpdate[], also: readonly Precondition[] = []): Promise<{ hold: Hold; token: GraphToken }> {
    const hold = this.hold;
    if (hold === null) throw new HoldLost('no hold');
    const marker: Marker = { epoch: hold.epoch, seq: hold.seq + 1n, nonce: this.ports.nonce() };
    const name = formatMarker(marker);
    const token = await this.swapping(() =>
      this.ports.graph.write([...updates, ...moveMarker(this.shard, hold.marker, name)], [stillAt(this.shard, hold.marker), ...also]),
    );
    this.hold = { epoch: hold.epoch, seq: marker.seq, marker: name };
    return { hold: this.hold, token };
  }

  private async swapping(write: () => Promise<GraphToken>): Promise<GraphToken> {
    try {
      return await write();
    } catch (error) {
      if (error instanceof PreconditionNotMet) {
        this.drop();
        throw new HoldLost('another holder wrote to this shard', { cause: error });
      }
      if (error instanceof AuthorizationUnavailable || error instanceof GraphSchemaMissing) this.drop();
      throw error;
    }
  }
}

/**
 * Why the graph cannot be the one this database projected into; null when it can. Epochs are ULIDs: they sort by age.
 * A marker ahead of the record is normal: a crash came between the write and its bookkeeping.
 */
export function lossOf(claim: ShardClaim, found: Marker | null): string | null {
  const entered = claim.recorded !== null && claim.recorded.epoch === claim.epoch ? claim.recorded : null;
  if (found !== null && found.epoch > claim.epoch) return 'the database is older than the graph: it was restored from a backup';
  if (entered === null) return null;
  if (found === null) return 'the graph holds no marker of this shard: it was lost or emptied';
  if (found.epoch < claim.epoch || found.seq < entered.seq) return 'the graph is older than the database: it was restored from a backup';
  return null;
}

function aheadOf({ epoch, recorded }: ShardClaim, found: Marker | null): bigint {
  return recorded !== null && found !== null && recorded.epoch === epoch && found.epoch === epoch ? found.seq - recorded.seq : 0n;
}

function nextSeq(claim: ShardClaim, found: Marker | null): bigint {
  const seen = found?.epoch === claim.epoch ? found.seq : 0n;
  const recorded = claim.recorded?.epoch === claim.epoch ? claim.recorded.seq : 0n;
  return (seen > recorded ? seen : recorded) + 1n;
}
