import { InvalidArgumentError } from 'commander';

const most = 1_000;

/** How many rows a list shows. */
export function pageSize(text: string): number {
  const size = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (size < 1 || size > most) throw new InvalidArgumentError(`A whole number from 1 to ${most} is needed.`);
  return size;
}
