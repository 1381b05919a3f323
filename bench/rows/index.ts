import { drain, drainMixed } from './drain.ts';
import type { Row } from './row.ts';

export const rows: readonly Row[] = [drain, drainMixed];
