import { readField } from '#outbox';
import { InvalidArgumentError } from 'commander';

export function position(text: string): bigint {
  const read = readField('from_position', text);
  if ('problem' in read) throw new InvalidArgumentError(`It ${read.problem}.`);
  return BigInt(text);
}

/** Of so many digits at most. */
export const wholeNumberOf =
  (digits: number) =>
  (text: string): number => {
    if (text.length > digits || !/^\d+$/.test(text)) throw new InvalidArgumentError('A whole number is needed.');
    return Number(text);
  };

export const wholeNumber = wholeNumberOf(4);
