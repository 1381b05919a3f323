import { readField, SELECTOR_FIELDS, selectorFields, type SelectorField, type SelectorText } from '#outbox';
import { InvalidArgumentError, Option, type Command } from 'commander';

const flagOf = (field: string): string => field.replaceAll('_', '-');
const optionOf = (field: string): string => flagOf(field).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** `--from-position` and so on, the same grammar as at the other door. */
export function addSelectorOptions(command: Command): Command {
  for (const field of SELECTOR_FIELDS) {
    const { meaning, example } = selectorFields[field];
    command.addOption(new Option(`--${flagOf(field)} <value>`, `${meaning}; such as ${example}`).argParser((text) => checked(field, text)));
  }
  return command;
}

function checked(field: SelectorField, text: string): string {
  const read = readField(field, text);
  if ('problem' in read) throw new InvalidArgumentError(`It ${read.problem}.`);
  return text;
}

export function selectorsIn(options: Readonly<Record<string, unknown>>): SelectorText {
  const given = SELECTOR_FIELDS.flatMap((field) => {
    const value = options[optionOf(field)];
    return typeof value === 'string' ? [[field, value] as const] : [];
  });
  return Object.fromEntries(given);
}
