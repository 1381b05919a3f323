import { VersionMismatch, type TenantId } from '#kernel';
import { anId } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { TenantSuspended } from './errors.ts';
import { externalId } from './external-id.ts';
import { tenantMetadata } from './tenant-metadata.ts';
import { tenantName } from './tenant-name.ts';
import { tenantSlug } from './tenant-slug.ts';
import { Tenant } from './tenant.ts';

const created = new Date('2026-01-01T00:00:00Z');
const later = new Date('2026-01-02T00:00:00Z');
const acme = {
  id: anId<TenantId>(),
  name: tenantName('Acme'),
  slug: tenantSlug('acme'),
  externalId: null,
  metadata: tenantMetadata({ plan: 'gold' }),
  isDefault: false,
};
const existing = (state: 'active' | 'suspended' = 'active') =>
  Tenant.rehydrate({ ...acme, state, version: 7, createdAt: created, updatedAt: created });

describe('a tenant', () => {
  test('begins active, at version 1, with one event that takes nothing away', () => {
    const tenant = Tenant.create(acme, created);
    expect(tenant.snapshot).toEqual({ ...acme, state: 'active', version: 1, createdAt: created, updatedAt: created });
    expect(tenant.pullEvents()).toEqual([
      {
        type: 'tenancy.tenant_created',
        schemaVersion: 1,
        aggregateType: 'tenant',
        aggregateId: acme.id,
        aggregateVersion: 1,
        tenantId: acme.id,
        revoking: false,
        occurredAt: created,
        payload: { tenantId: acme.id, name: 'Acme', slug: 'acme', externalId: null },
      },
    ]);
  });

  test('T-7 says which of its facts changed', () => {
    const tenant = existing();
    tenant.change({ name: tenantName('Globex'), externalId: externalId('crm-1'), metadata: { plan: 'silver' } }, later);
    expect(tenant.snapshot).toMatchObject({
      name: 'Globex',
      externalId: 'crm-1',
      metadata: { plan: 'silver' },
      version: 8,
      updatedAt: later,
    });
    expect(tenant.pullEvents()).toMatchObject([
      { type: 'tenancy.tenant_changed', revoking: false, payload: { name: 'Globex', changed: ['name', 'external_id', 'metadata'] } },
    ]);
  });

  test('stays at its version when nothing changes', () => {
    const tenant = existing();
    tenant.change({ name: tenantName('Acme'), externalId: null, metadata: {} }, later);
    tenant.restore(later);
    expect(tenant.snapshot).toEqual(existing().snapshot);
    expect(tenant.pullEvents()).toEqual([]);
  });

  test('T-4 suspending takes away, restoring gives back; each once', () => {
    const tenant = existing();
    tenant.suspend(later);
    tenant.suspend(later);
    expect(() => tenant.mustNotBeSuspended()).toThrow(TenantSuspended);
    expect(() => tenant.change({ name: tenantName('Globex') }, later)).toThrow(TenantSuspended);
    tenant.restore(later);
    tenant.restore(later);
    tenant.mustNotBeSuspended();
    expect(tenant.pullEvents()).toMatchObject([
      { type: 'tenancy.tenant_suspended', revoking: true, aggregateVersion: 8 },
      { type: 'tenancy.tenant_restored', revoking: false, aggregateVersion: 9 },
    ]);
  });

  test('is changed only by those who know its version', () => {
    existing().expectVersion(7);
    expect(() => existing().expectVersion(6)).toThrow(VersionMismatch);
  });
});
