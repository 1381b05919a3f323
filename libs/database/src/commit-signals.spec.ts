import type { CommitReceipt } from '#kernel';
import { describe, expect, it } from 'vitest';
import { CommitSignals } from './commit-signals.ts';

describe('who is told of a commit', () => {
  it('P-6 everybody, whatever one of them does: the change is committed', () => {
    const signals = new CommitSignals();
    const heard: CommitReceipt[] = [];
    signals.subscribe(() => {
      throw new Error('broken');
    });
    signals.subscribe((receipt) => heard.push(receipt));
    const receipt: CommitReceipt = { events: [], replayed: false };
    expect(() => signals.emit(receipt)).not.toThrow();
    expect(heard).toEqual([receipt]);
  });
});
