import { DomainError } from '#kernel';

/** So many edges without a row are not the graph's fault, as a rule: the database is the wrong one, or an old one. */
export class PruneCapExceeded extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'prune_cap_exceeded';

  constructor(
    readonly toGo: number,
    readonly cap: number,
  ) {
    super(
      `The repair would take away ${toGo} relationships, and ${cap} is the most it may. Nothing was changed. Is this the right database?`,
    );
  }
}

/** Beyond this a rebuild is cheaper than a repair, and needs no list. */
export class TooMuchDrift extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'too_much_drift';

  constructor(readonly most: number) {
    super(
      `More than ${most} relationships are not as the rows say, or could not be judged. Nothing was changed: rebuild the graph instead.`,
    );
  }
}

export class NoSuchTenant extends DomainError {
  override readonly kind = 'not_found';
  override readonly code = 'tenant_not_found';

  constructor(tenantId: string) {
    super(`There is no tenant ${tenantId}.`);
  }
}
