import { DomainError } from '#kernel';

/** What was asked for cannot be meant. Each problem by the name of its selector. */
export class SelectorInvalid extends DomainError {
  override readonly kind = 'invalid';
  override readonly code = 'event_selector_invalid';

  constructor(problems: readonly { readonly field: string; readonly detail: string }[]) {
    super(problems.map(({ field, detail }) => `${field}: ${detail}`).join('; '), {
      errors: problems.map(({ field, detail }) => ({ pointer: `/${field}`, detail })),
    });
  }
}

/** No index leads to such events, and the log may hold ten million others. */
export class SelectionTooWide extends DomainError {
  override readonly kind = 'invalid';
  override readonly code = 'event_selection_too_wide';

  constructor() {
    super(
      'No index finds these events among all others. Say besides: a range of positions or time, a tenant, an aggregate with its id, or the state pending or dead.',
    );
  }
}

/** It would be all of them, and nobody said that all are meant. */
export class EverythingSelected extends DomainError {
  override readonly kind = 'invalid';
  override readonly code = 'everything_selected';

  constructor() {
    super('That is every event of the log. Narrow the selection, or say expressly that all are meant.');
  }
}

export class EventNotFound extends DomainError {
  override readonly kind = 'not_found';
  override readonly code = 'event_not_found';

  constructor(position: bigint, why: string) {
    super(`There is no event at position ${position}: ${why}.`);
  }
}

export class DeadEventNotFound extends DomainError {
  override readonly kind = 'not_found';
  override readonly code = 'dead_event_not_found';

  constructor(position: bigint) {
    super(`There is no dead event at position ${position}.`);
  }
}

export class ShardNotFound extends DomainError {
  override readonly kind = 'not_found';
  override readonly code = 'shard_not_found';

  constructor(shard: string | number) {
    super(`There is no shard ${shard}.`);
  }
}

/** A reason is asked for because somebody will read it in a year. */
export class ReasonMissing extends DomainError {
  override readonly kind = 'invalid';
  override readonly code = 'reason_missing';

  constructor() {
    super('A reason of 1 to 500 characters is needed.', {
      errors: [{ pointer: '/reason', detail: 'must be text of 1 to 500 characters' }],
    });
  }
}

export class ShardCountInvalid extends DomainError {
  override readonly kind = 'invalid';
  override readonly code = 'shard_count_invalid';

  constructor(most: number) {
    super(`The number of shards must be a whole number from 1 to ${most}.`, {
      errors: [{ pointer: '/shards', detail: `must be a whole number from 1 to ${most}` }],
    });
  }
}

/** A day of the log that cannot go now. Nothing of it, and nothing younger, was dropped; `dropped` older parts were. */
export class LogStillNeeded extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'log_still_needed';

  constructor(
    why: string,
    readonly dropped: number,
  ) {
    super(why);
  }
}

export class PurgeDateInvalid extends DomainError {
  override readonly kind = 'invalid';
  override readonly code = 'purge_date_invalid';

  constructor(detail: string) {
    super(`The date ${detail}.`, { errors: [{ pointer: '/before', detail }] });
  }
}

/** Others use the log at this moment, and dropping waits for nobody: writers would queue up behind it. */
export class LogBusy extends DomainError {
  override readonly kind = 'unavailable';
  override readonly code = 'log_busy';

  constructor(cause: unknown) {
    super('The log is in use, and dropping a part of it would make writers wait. Try again.', { cause, retryAfterSeconds: 5 });
  }
}
