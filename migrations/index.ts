import { Outbox1763700000002 } from './1763700000002-outbox.ts';
import { Tenancy1763700000001 } from './1763700000001-tenancy.ts';

/** In order of application. Applied files never change: a new need is a new file. */
export const migrations = [Tenancy1763700000001, Outbox1763700000002];
