import { Outbox1763700000002 } from './1763700000002-outbox.ts';
import { Tenancy1763700000001 } from './1763700000001-tenancy.ts';
import { GroupsAndExpiry1763700000003 } from './1763700000003-groups-and-expiry.ts';
import { ValidatedGroupsAndExpiry1763700000004 } from './1763700000004-validated-groups-and-expiry.ts';
import { EffectiveRole1763700000005 } from './1763700000005-effective-role.ts';
import { OperationsAndAudit1763700000006 } from './1763700000006-operations-and-audit.ts';
import { Drift1763700000007 } from './1763700000007-drift.ts';
import { RebuildBesideTraffic1763700000008 } from './1763700000008-rebuild-beside-traffic.ts';
import { OperatorsDesk1763700000009 } from './1763700000009-operators-desk.ts';
import { ListsOfOperationsAndAudit1763700000010 } from './1763700000010-lists-of-operations-and-audit.ts';
import { WalksOfTheLog1763700000011 } from './1763700000011-walks-of-the-log.ts';
import { PurgeByIndex1763700000012 } from './1763700000012-purge-by-index.ts';
import { TenantsByBucket1763700000013 } from './1763700000013-tenants-by-bucket.ts';

/** In order of application. Applied files never change: a new need is a new file. */
export const migrations = [
  Tenancy1763700000001,
  Outbox1763700000002,
  GroupsAndExpiry1763700000003,
  ValidatedGroupsAndExpiry1763700000004,
  EffectiveRole1763700000005,
  OperationsAndAudit1763700000006,
  Drift1763700000007,
  RebuildBesideTraffic1763700000008,
  OperatorsDesk1763700000009,
  ListsOfOperationsAndAudit1763700000010,
  WalksOfTheLog1763700000011,
  PurgeByIndex1763700000012,
  TenantsByBucket1763700000013,
];
