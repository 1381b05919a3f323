import { isUlid } from '#kernel';
import { getMetadataStorage, ValidateBy, ValidateIf, type ValidationOptions } from 'class-validator';

/** May be left out, but not be null. (`IsOptional` of class-validator lets null pass, which in a merge patch means "remove".) */
export const MayBeAbsent = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

/** May be left out, or null to remove what is there: RFC 7396. */
export const MayBeNull = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined && value !== null);

/** Characters as PostgreSQL counts them, not UTF-16 units. */
export const charactersIn = (text: string): number => [...text].length;

/** Text of so many characters, counted without the blanks around it unless these belong to it. */
export function IsTextOf(
  minimum: number,
  maximum: number,
  { trimmed = true, ...options }: ValidationOptions & { trimmed?: boolean } = {},
): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isTextOf',
      validator: {
        validate: (value: unknown) => {
          if (typeof value !== 'string') return false;
          const length = charactersIn(trimmed ? value.trim() : value);
          return length >= minimum && length <= maximum;
        },
        defaultMessage: () => `must be text of ${minimum} to ${maximum} characters`,
      },
    },
    options,
  );
}

export function IsId(options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isId',
      validator: { validate: (value: unknown) => typeof value === 'string' && isUlid(value), defaultMessage: () => 'must be an id (ULID)' },
    },
    options,
  );
}

/** RFC 3339, with its offset, to the millisecond: what `new Date` reads without guessing. */
const moment = /^\d{4}-\d\d-\d\dT(?!24)\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d)$/;

function isMoment(value: unknown): boolean {
  if (typeof value !== 'string' || !moment.test(value)) return false;
  const day = Number(value.slice(8, 10));
  // `new Date` takes 30 February for 2 March, and 24 o'clock, which RFC 3339 does not know, for the next day.
  return !Number.isNaN(Date.parse(value)) && new Date(`${value.slice(0, 10)}T00:00:00Z`).getUTCDate() === day;
}

/** A moment such as 2026-11-21T07:10:00.000Z. */
export function IsMoment(): PropertyDecorator {
  return ValidateBy({
    name: 'isMoment',
    validator: { validate: isMoment, defaultMessage: () => 'must be a moment with its offset, such as 2026-11-21T07:10:00Z (RFC 3339)' },
  });
}

/** Whether nothing but an id passes as this member of a body. */
export const isIdMember = (body: new () => object, member: string): boolean =>
  getMetadataStorage()
    .getTargetValidationMetadatas(body, '', false, false)
    .some(({ propertyName, name }) => propertyName === member && name === 'isId');

/** For query parameters, which are text. */
export function IsWholeNumber(minimum: number, maximum: number): PropertyDecorator {
  const within = (value: unknown) =>
    typeof value === 'string' && /^\d{1,9}$/.test(value) && Number(value) >= minimum && Number(value) <= maximum;
  return ValidateBy({
    name: 'isWholeNumber',
    validator: { validate: within, defaultMessage: () => `must be a whole number from ${minimum} to ${maximum}` },
  });
}
