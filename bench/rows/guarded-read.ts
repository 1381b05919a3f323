import type { Outcome } from '../measure/outcome.ts';
import type { Row } from './row.ts';

/** A guarded GET over HTTP, compared with the check that guards it. */
export const guardedRead: Row = {
  name: 'guarded-read',
  about: 'Guarded GET of one workspace over HTTP, warm',
  run: (): Promise<Outcome[]> => Promise.reject(new Error('guarded-read is not measured yet')),
};
