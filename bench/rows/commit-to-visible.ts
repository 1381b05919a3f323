import type { Outcome } from '../measure/outcome.ts';
import type { Row } from './row.ts';

/** How long a committed change takes until SpiceDB answers by it. */
export const commitToVisible: Row = {
  name: 'commit-to-visible',
  about: 'From a command over HTTP until SpiceDB answers by it',
  run: (): Promise<Outcome[]> => Promise.reject(new Error('commit-to-visible is not measured yet')),
};
