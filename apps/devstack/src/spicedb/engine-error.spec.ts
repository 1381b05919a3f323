import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { grpcStatusOf } from './engine-error.ts';

describe('statuses from the engine’s error text', () => {
  it.each([
    ['InvalidArgument', status.INVALID_ARGUMENT],
    ['FailedPrecondition', status.FAILED_PRECONDITION],
    ['NotFound', status.NOT_FOUND],
    ['AlreadyExists', status.ALREADY_EXISTS],
    ['Canceled', status.CANCELLED],
    ['DeadlineExceeded', status.DEADLINE_EXCEEDED],
    ['ResourceExhausted', status.RESOURCE_EXHAUSTED],
    ['Unavailable', status.UNAVAILABLE],
    ['Aborted', status.ABORTED],
    ['Internal', status.INTERNAL],
  ])('%s keeps its code and its words', (name, code) => {
    expect(grpcStatusOf(new Error(`rpc error: code = ${name} desc = why: because`))).toEqual({ code, details: 'why: because' });
  });

  it('keeps words of several lines', () => {
    expect(grpcStatusOf(new Error('rpc error: code = InvalidArgument desc = line 1\nline 2')).details).toBe('line 1\nline 2');
  });

  it.each(['the library crashed', 'rpc error: code = Novel desc = x'])('calls what it cannot read UNKNOWN: %s', (text) => {
    expect(grpcStatusOf(new Error(text)).code).toBe(status.UNKNOWN);
  });
});
