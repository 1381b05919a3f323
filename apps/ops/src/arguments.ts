import { readField } from '#outbox';
import { InvalidArgumentError } from 'commander';

export function position(text: string): bigint {
  const read = readField('from_position', text);
  if ('problem' in read) throw new InvalidArgumentError(`It ${read.problem}.`);
  return BigInt(text);
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('A whole number is needed.');
  return Number(text);
}
