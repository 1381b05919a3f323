import { DomainError, type FieldError } from '#kernel';
import type { CarriesItems, ProblemItem } from '../problem/problem.ts';

/** The body is well-formed JSON, but not what this route takes. */
export class ValidationFailed extends DomainError {
  override readonly kind = 'invalid';
  override readonly code = 'validation_failed';

  constructor(errors: readonly FieldError[]) {
    super('The request body does not have the form this route takes.', { errors });
  }
}

/** A query parameter is unknown, repeated or out of range. */
export class InvalidQuery extends DomainError implements CarriesItems {
  override readonly kind = 'invalid';
  override readonly code = 'invalid_query';

  constructor(readonly items: readonly (ProblemItem & { readonly parameter: string })[]) {
    super('A query parameter does not have the form this route takes.');
  }
}

/** A header has a value this server cannot make sense of. */
export class InvalidHeader extends DomainError implements CarriesItems {
  override readonly kind = 'malformed';
  override readonly code = 'invalid_header';
  readonly items: readonly ProblemItem[];

  constructor(header: string, detail: string) {
    super(`The header ${header} is not valid.`);
    this.items = [{ header, detail }];
  }
}
