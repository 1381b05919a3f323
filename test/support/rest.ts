import { setTimeout as pause } from 'node:timers/promises';

/** For loads and faults, which last as long as they are meant to. Nothing is ever proven by it: that takes `eventually()`. */
export const rest = (milliseconds: number): Promise<void> => pause(Math.max(0, milliseconds));
