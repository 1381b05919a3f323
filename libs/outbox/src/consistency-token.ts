import { platformBucket } from '#database';
import { InvalidConsistencyToken } from './read-your-writes.ts';

/** Events of one bucket, from the first to the last of a command. Bucket null: of any. */
export interface BucketRange {
  readonly bucket: number | null;
  readonly first: bigint;
  readonly last: bigint;
}

/** Either a revision of the graph that holds everything, or the events that are still on their way to it. */
export interface ConsistencyPoint {
  readonly epoch: string;
  readonly zedToken: string | null;
  readonly awaited: readonly BucketRange[];
}

/** With this many at their longest a token has 2,300 characters, beside the engine's own. Node refuses headers of 16 KiB in all. */
const mostRanges = 32;
const form = /^[A-Za-z0-9_-]{1,4096}$/;

export function encodePoint({ epoch, zedToken, awaited }: ConsistencyPoint): string {
  const ranges = compact(awaited).map(({ bucket, first, last }) => [bucket, String(first), String(last)]);
  return Buffer.from(JSON.stringify({ v: 1, e: epoch, z: zedToken, a: ranges })).toString('base64url');
}

/** Positions of one command lie close together: all between them is little more to wait for. */
function compact(ranges: readonly BucketRange[]): readonly BucketRange[] {
  if (ranges.length <= mostRanges) return ranges;
  const first = ranges.reduce((least, range) => (range.first < least ? range.first : least), ranges[0]?.first ?? 0n);
  const last = ranges.reduce((most, range) => (range.last > most ? range.last : most), 0n);
  return [{ bucket: null, first, last }];
}

export function decodePoint(token: string): ConsistencyPoint {
  if (!form.test(token)) throw new InvalidConsistencyToken();
  try {
    return read(JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as RawPoint);
  } catch {
    throw new InvalidConsistencyToken();
  }
}

type RawPoint = Record<'v' | 'e' | 'z' | 'a', unknown>;

function read(raw: RawPoint): ConsistencyPoint {
  const known = raw.v === 1 && typeof raw.e === 'string' && (raw.z === null || typeof raw.z === 'string') && Array.isArray(raw.a);
  if (!known || (raw.a as unknown[]).length > mostRanges) throw new InvalidConsistencyToken();
  return {
    epoch: raw.e as string,
    zedToken: raw.z as string | null,
    awaited: (raw.a as unknown[][]).map(([bucket, first, last]) => ({
      bucket: bucketIn(bucket),
      first: position(first),
      last: position(last),
    })),
  };
}

/** Everything is checked here: one statement looks for all waiting requests, so a value it refuses would fail them all. */
function bucketIn(value: unknown): number | null {
  if (value === null) return null;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > platformBucket) throw new InvalidConsistencyToken();
  return value;
}

function position(value: unknown): bigint {
  if (typeof value !== 'string' || !/^\d{1,18}$/.test(value)) throw new InvalidConsistencyToken();
  return BigInt(value);
}

export function rangesOf(events: readonly { readonly bucket: number; readonly position: bigint }[]): BucketRange[] {
  const ranges = new Map<number, { first: bigint; last: bigint }>();
  for (const { bucket, position } of events) {
    const range = ranges.get(bucket);
    if (range === undefined) ranges.set(bucket, { first: position, last: position });
    else if (position < range.first) range.first = position;
    else if (position > range.last) range.last = position;
  }
  return [...ranges].map(([bucket, range]) => ({ bucket, ...range }));
}
