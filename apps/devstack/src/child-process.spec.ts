import { describe, expect, it } from 'vitest';
import { Child } from './child-process.ts';

describe('a program that was run to its end', () => {
  it('has told all it printed, also what arrives after its exit is known', async () => {
    const child = new Child({ name: 'printing', command: '/bin/sh', args: ['-c', '(sleep 0.3; printf "the last") & exit 3'] });
    expect(await child.finished()).toEqual({ code: 3, signal: null });
    expect(child.output).toBe('the last');
  });

  it('that never began is over too', async () => {
    const child = new Child({ name: 'missing', command: '/nowhere/at-all', args: [] });
    expect(await child.finished()).toEqual({ code: null, signal: null });
  });
});
