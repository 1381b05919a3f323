import { platformPool, type Pool } from '#database/nest';

export interface DeskConfig {
  readonly databaseUrl: string;
}

/** For moving buckets, which is rare: it connects with the first of them. */
export const deskPool = (config: DeskConfig): Pool =>
  platformPool({ url: config.databaseUrl, poolSize: 2, applicationName: 'tenantry-desk' });
