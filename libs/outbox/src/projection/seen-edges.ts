import { relationshipKey, type Relationship } from '#authorization';

const firstCapacity = 1 << 16;
const fullAt = 0.7;

/** Two hashes of a text, of 32 bits each: FNV-1a, and the same from another start. */
function hashesOf(text: string): readonly [number, number] {
  let [one, two] = [0x811c9dc5, 0x2f0b4f1d];
  for (let nth = 0; nth < text.length; nth += 1) {
    const code = text.charCodeAt(nth);
    one = Math.imul(one ^ code, 0x01000193);
    two = Math.imul(two ^ code, 0x85ebca6b);
    two ^= two >>> 13;
  }
  return [one >>> 0, two >>> 0];
}

/**
 * Which edges a reading of the graph met, in four bytes each, or a little more: ten million take 60 to 110 MB at once, a million a
 * tenth of that. One that was never met passes for met about once in two thousand million times.
 */
export class SeenEdges {
  private readonly layers: Uint32Array[] = [];
  private room = 0;

  add(edge: Relationship): void {
    const [place, print] = hashesOf(relationshipKey(edge));
    if (this.room === 0) {
      const capacity = (this.layers.at(-1)?.length ?? firstCapacity / 2) * 2;
      this.layers.push(new Uint32Array(capacity));
      this.room = Math.floor(capacity * fullAt);
    }
    const layer = this.layers.at(-1) as Uint32Array;
    if (find(layer, place, print || 1, true)) this.room -= 1;
  }

  has(edge: Relationship): boolean {
    const [place, print] = hashesOf(relationshipKey(edge));
    return this.layers.some((layer) => find(layer, place, print || 1, false));
  }
}

/** When adding, whether it was new; else whether it is there. Zero is an empty place. */
function find(layer: Uint32Array, place: number, print: number, adding: boolean): boolean {
  const mask = layer.length - 1;
  for (let at = place & mask; ; at = (at + 1) & mask) {
    if (layer[at] === print) return !adding;
    if (layer[at] !== 0) continue;
    if (adding) layer[at] = print;
    return adding;
  }
}
