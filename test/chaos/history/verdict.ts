import { absent } from '../../integration/outbox/support/recording-graph.ts';
import { driftBetween } from '../../integration/outbox/support/graph-truth.ts';
import { mustHaveEvents } from './commands.ts';
import type { Happened } from './fault-lane.ts';
import type { Life } from './graph-log.ts';
import { succeeded, type Asked } from './requests.ts';
import type { Stand } from './stand.ts';
import type { State, Timeline } from './timeline.ts';

/** What a client is promised: at the front door this long after the commit, whatever is broken. */
const frontDoorMs = 5_000;
/** The recorder hears of a write some time after it landed: polled by a real server, and while everything is at its busiest. */
const hearingMs = 1_500;
/** A row may be read for so long after the change of it: between a commit and its being seen lie a flush and a schedule. */
const seenMs = 250;
/** PostgreSQL's clock is this machine's, read to the microsecond. */
const clocksMs = 50;

export interface Verdict {
  readonly checks: number;
  readonly violations: string[];
}

/** Counts what it looked at, so that a check that saw nothing does not pass for one that found nothing. */
export class Judgement implements Verdict {
  checks = 0;
  readonly violations: string[] = [];

  hold(isRight: boolean, violation: () => string): void {
    this.checks += 1;
    if (!isRight) this.violations.push(violation());
  }
}

/** Every success is in the log, nothing is left over, nothing is dead. */
export async function nothingLost(judged: Judgement, stand: Stand, commands: readonly Asked[]): Promise<void> {
  await stand.asOwner(async (owner) => {
    const logged = await owner.query<{ id: string }>("SELECT DISTINCT metadata->>'request_id' AS id FROM outbox_events");
    const known = new Set(logged.map(({ id }) => id));
    for (const asked of commands.filter(mustHaveEvents)) {
      judged.hold(known.has(asked.id), () => `lost: ${asked.kind} answered ${asked.status}, and no event has its id ${asked.id}`);
    }
    const left = await owner.query<{ position: string; state: string }>('SELECT position, state FROM outbox_pending');
    judged.hold(left.length === 0, () => `not applied: ${left.map(({ position, state }) => `${position} ${state}`).join(', ')}`);
  });
}

/** What an edge was by the rows, its own end included, from the moment on: what could be read then, and all that came after. */
function byRows(history: readonly State[], from: number): State[] {
  const states: State[] = [{ at: -Infinity, state: absent }];
  for (const [nth, state] of history.entries()) {
    states.push(state);
    const end = state.state.startsWith('until ') ? Date.parse(state.state.slice('until '.length)) : Infinity;
    const next = history[nth + 1]?.at ?? Infinity;
    if (end < next + hearingMs) states.push({ at: Math.max(state.at, Math.min(end, next)), state: absent });
  }
  const first = states.findLastIndex(({ at }) => at <= from);
  return states.slice(Math.max(0, first));
}

/** Each state written was one by the rows before it was heard of, and they came in the same order. The earliest that fits is taken. */
function follows(written: readonly State[], rows: readonly State[]): boolean {
  let next = 0;
  return written.every(({ state, at }) => {
    const found = rows.findIndex((row, nth) => nth >= next && row.state === state);
    next = found + 1;
    return found !== -1 && (rows[found] as State).at <= at + clocksMs;
  });
}

const told = (states: readonly State[]): string => states.map(({ state, at }) => `${state} (${Math.round(at)})`).join(', ');

/**
 * No older state ever returns: in each life of the graph, what every edge was in turn is part of what it was by the rows, in that order, and
 * never before the rows were.
 */
export function nothingWentBack(judged: Judgement, lives: readonly Life[], rows: Timeline): void {
  for (const { began, timeline } of lives) {
    for (const [edge, written] of timeline.histories) {
      const allowed = byRows(rows.histories.get(edge) ?? [], began - seenMs);
      judged.hold(follows(written, allowed), () => `went back: ${edge} was ${told(written)}; by the rows ${told(allowed)}`);
    }
  }
}

export interface Witnesses {
  readonly rows: Timeline;
  readonly graph: Timeline;
  readonly happened: readonly Happened[];
  /** How old SpiceDB's answer may be. */
  readonly windowMs: number;
}

/** Nobody who was let in had been shut out for longer than is promised: at the front door by the rows, inside by what was in the graph. */
export function nobodyStayedIn(judged: Judgement, probes: readonly Asked[], { rows, graph, happened, windowMs }: Witnesses): void {
  for (const { path, kind: user, startedAt, endedAt } of probes.filter(succeeded)) {
    const [, tenant, workspace] = /^\/v1\/tenants\/([^/]+)\/workspaces\/([^/]+)$/.exec(path) ?? [];
    const inside = `tenant:${tenant}#access@user:${user}`;
    judged.hold(
      rows.saidYesWithin(inside, startedAt - frontDoorMs, endedAt),
      () => `stayed in: ${inside} at ${startedAt}; by the rows ${rows.yesAround(inside, startedAt)}`,
    );
    const view = `workspace:${workspace}#view@user:${user}`;
    const heardBy = endedAt + hearingMs + silenceAround(startedAt, endedAt, happened);
    judged.hold(
      graph.saidYesWithin(view, startedAt - windowMs - hearingMs, heardBy, hearingMs),
      () =>
        `stayed in: ${view} at ${startedAt}; in the graph ${graph.yesAround(view, startedAt)}; by the rows ${rows.yesAround(view, startedAt)}`,
    );
  }
}

/** While SpiceDB or its PostgreSQL stood still, the recorder heard nothing either. */
function silenceAround(from: number, to: number, happened: readonly Happened[]): number {
  const around = happened.filter((fault) => fault.from <= to + hearingMs && fault.to >= from - hearingMs);
  return around.reduce((sum, fault) => sum + (fault.to - fault.from), 0);
}

/** The end: the graph is what the rows say, and the recorder knows the graph. */
export async function graphIsState(judged: Judgement, stand: Stand): Promise<void> {
  const { missing, extra } = await stand.asOwner((owner) => driftBetween(owner, stand.graph));
  judged.hold(missing.length === 0, () => `missing in the graph: ${missing.slice(0, 5).join(', ')}`);
  judged.hold(extra.length === 0, () => `extra in the graph: ${extra.slice(0, 5).join(', ')}`);
}
