import type { EventView } from '#outbox';
import { anId } from '#kernel/testing';
import { describe, expect, it } from 'vitest';
import { describeVerification } from './describe-drift.ts';
import { describeEvent, eventLine } from './describe-event.ts';
import { describeOperation } from './describe-operation.ts';
import { jsonOf } from './printable.ts';

/** Clears the screen, by an escape of two bytes and by one of one; forges a line; turns the order of what follows. */
const evil = 'a\u001b[2J\u009b2J\r\nEvent 1 is fine\u202e\u007f';

const event: EventView['event'] = {
  ...{ position: '7', committed_at: '2026-01-02T03:04:05.678Z', tenant_id: null, type: 'tenancy.member_added', aggregate_type: 'user' },
  ...{ aggregate_id: evil, revoking: false, state: 'dead', attempts: 1, last_error: evil, replayed_by: null, actor: { id: evil } },
  ...{ request_id: evil, id: null, schema_version: 1, payload: { name: evil } },
};

const operation: Parameters<typeof describeOperation>[0] = {
  ...{ id: anId<never>(), tenant_id: null, kind: 'verify', state: 'failed', progress: { done: 0, total: null, step: evil } },
  ...{ input: { error: evil }, result: null, failure: { code: 'internal', message: evil }, requested_by: { kind: 'service', id: evil } },
  ...{ retry_of: null, cancel_requested: false, attempts: 1, waiting_for_worker: false, version: 1 },
  ...{ created_at: '2026-01-02T03:04:05.678Z', started_at: null, finished_at: '2026-01-02T03:04:05.678Z' },
};

const finding = { kind: 'extra', relationship: evil, expected: evil, found: evil };
const edge = { relationship: evil, in_rows: true, in_graph: true, rows_expire_at: null, graph_expires_at: null, agree: true };

describe('O-1 on the terminal of an operator', () => {
  it.each([
    ['an event in a list', eventLine(event)],
    [
      'an event',
      describeEvent({
        event,
        mapping: 'known',
        footprint: [edge],
        agree: true,
        footprint_size: 1,
        truncated: false,
        projection_version: null,
      }),
    ],
    ['an operation', describeOperation(operation)],
    [
      'drift',
      describeVerification({
        edges: { graph: 1, rows: 1 },
        unsettled: 0,
        truncated: false,
        drift: 1,
        counts: { extra: 1 },
        findings: [finding],
      }),
    ],
    ['JSON', jsonOf({ text: evil })],
  ])('no text of a caller or an engine acts, or looks like a line of its own: %s', (_what, text) => {
    expect(text).toContain('a\\u001b[2J\\u009b2J');
    expect(text).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    expect(text.split('\n').filter((line) => line.startsWith('Event 1 is'))).toEqual([]);
  });

  it('JSON is read back as it was', () => {
    expect(JSON.parse(jsonOf({ text: evil }))).toEqual({ text: evil });
  });
});
