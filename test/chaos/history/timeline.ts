import { parseSchema, readGraphSchema } from '#authorization';
import { edge as edgeOf, question } from '#authorization/testing';
import { EdgeStore } from '../../../libs/authorization/src/testing/edge-store.ts';
import { GraphEvaluator } from '../../../libs/authorization/src/testing/graph-evaluator.ts';
import { absent, there } from '../../integration/outbox/support/recording-graph.ts';

/** What changed at one moment: an edge with its end (null: none), or taken away. */
export type Changes = ReadonlyMap<string, Date | null | undefined>;

export interface State {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `absent`, `there` or `until …`. */
  readonly state: string;
}

const evaluator = new GraphEvaluator(parseSchema(readGraphSchema()));

/** What each edge was in turn, and what everybody could do at any moment of it. */
export class Timeline {
  readonly histories = new Map<string, State[]>();
  private readonly store = new EdgeStore();
  private readonly moments: number[] = [];
  private readonly present = new Map<string, Date | null>();

  /** Moments come in order. */
  add(at: number, changes: Changes): void {
    this.moments.push(Math.max(at, this.moments.at(-1) ?? -Infinity));
    this.store.apply([...changes].map(([text, end]) => ({ relationship: edgeOf(text, end ?? undefined), present: end !== undefined })));
    for (const [text, end] of changes) {
      const state = end === undefined ? absent : there(end);
      const history = this.histories.get(text) ?? [];
      this.histories.set(text, history);
      if (history.at(-1)?.state !== state) history.push({ at, state });
      if (end === undefined) this.present.delete(text);
      else this.present.set(text, end);
    }
  }

  /** All is lost at this moment. */
  clear(at: number): void {
    this.add(at, new Map([...this.present.keys()].map((edge) => [edge, undefined])));
  }

  /** Edges that have not ended at the moment. */
  edgesAt(now: Date): string[] {
    return [...this.present].filter(([, end]) => end === null || end > now).map(([edge]) => edge);
  }

  get length(): number {
    return this.moments.length;
  }

  /**
   * Whether at any moment of the window the answer was yes. What was heard of so many milliseconds late at most held before it was heard, so
   * that what ended in between had not ended yet.
   */
  saidYesWithin(text: string, from: number, to: number, heardLateMs = 0): boolean {
    let revision = this.revisionAt(from);
    for (let now = from; now <= to; now = this.moments[(revision += 1) - 1] ?? Infinity) {
      if (this.allows(text, revision, new Date(Math.max(from, now - heardLateMs)))) return true;
    }
    return false;
  }

  /** For the report: how long before and after the moment the answer was yes. */
  yesAround(text: string, at: number): string {
    const here = this.revisionAt(at);
    const yes = (revision: number) => this.allows(text, revision, new Date(this.moments[revision - 1] ?? at));
    let [before, after] = [here, here + 1];
    while (before > 0 && !yes(before)) before -= 1;
    while (after <= this.moments.length && !yes(after)) after += 1;
    const ended = before === 0 ? 'never before' : `last until ${at - (this.moments[before] ?? at)} ms before`;
    return `${ended}, ${after > this.moments.length ? 'never after' : `again ${(this.moments[after - 1] as number) - at} ms after`}`;
  }

  private allows(text: string, revision: number, now: Date): boolean {
    return evaluator.check(question(text), (resource, relation) => this.store.of(resource, relation, revision, now));
  }

  /** How many moments are not after it. */
  private revisionAt(at: number): number {
    let [low, high] = [0, this.moments.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.moments[middle] as number) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
