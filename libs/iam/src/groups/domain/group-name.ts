import type { Brand } from '#kernel';
import { GroupDescriptionInvalid, GroupNameInvalid } from './errors.ts';

export type GroupName = Brand<string, 'GroupName'>;
export type GroupDescription = Brand<string, 'GroupDescription'>;

/** In Unicode code points, as PostgreSQL counts them. */
export const GROUP_NAME_MAX_LENGTH = 255;
export const GROUP_DESCRIPTION_MAX_LENGTH = 1024;

/** Control characters and halves of surrogate pairs: invisible at best, refused by the database at worst. */
const unprintable = /[\p{Cc}\p{Cs}]/u;

/** A description may have lines. */
const lines = /[\n\r\t]/g;

/** Trims, and composes (NFC), so that names which look the same are the same. Throws `GroupNameInvalid`. */
export function groupName(text: string): GroupName {
  const name = text.normalize('NFC').trim();
  if (name === '') throw new GroupNameInvalid('must not be empty');
  if ([...name].length > GROUP_NAME_MAX_LENGTH) throw new GroupNameInvalid(`must have at most ${GROUP_NAME_MAX_LENGTH} characters`);
  if (unprintable.test(name)) throw new GroupNameInvalid('must not contain control characters');
  return name as GroupName;
}

/** Trims. Throws `GroupDescriptionInvalid`. */
export function groupDescription(text: string): GroupDescription {
  const description = text.trim();
  if (description === '') throw new GroupDescriptionInvalid('must not be empty');
  if ([...description].length > GROUP_DESCRIPTION_MAX_LENGTH) {
    throw new GroupDescriptionInvalid(`must have at most ${GROUP_DESCRIPTION_MAX_LENGTH} characters`);
  }
  if (unprintable.test(description.replace(lines, ''))) throw new GroupDescriptionInvalid('must not contain control characters');
  return description as GroupDescription;
}
