import { MayBeAbsent, PageQuery } from '#http';
import { readField, SELECTOR_FIELDS, selectorFields, type SelectorField, type SelectorText } from '#outbox';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, ValidateBy } from 'class-validator';

/** The grammar of selectors is the desk's own: here it is only asked. */
function IsSelector(field: SelectorField): PropertyDecorator {
  const problemOf = (value: unknown): string | undefined => {
    const read = readField(field, value);
    return 'problem' in read ? read.problem : undefined;
  };
  return ValidateBy({
    name: 'isSelector',
    validator: {
      validate: (value: unknown) => problemOf(value) === undefined,
      defaultMessage: (argument) => problemOf(argument?.value) ?? 'must be a selector',
    },
  });
}

/** Gives a query or a body every selector as a member that may be left out. */
function Selectable(target: new () => object): void {
  for (const field of SELECTOR_FIELDS) {
    const { meaning, example } = selectorFields[field];
    const shown = ApiPropertyOptional({ type: String, description: `Events ${meaning}.`, example });
    for (const decorate of [shown, MayBeAbsent(), IsSelector(field)]) decorate(target.prototype as object, field);
  }
}

export function selectorsOf(from: object): SelectorText {
  return Object.fromEntries(Object.entries(from).filter(([name]) => Object.hasOwn(selectorFields, name)));
}

@Selectable
export class ListEventsQuery extends PageQuery {}

@Selectable
export class ReplayPreviewQuery {}

@Selectable
export class SelectedEventsBody {
  @ApiPropertyOptional({ type: Boolean, description: 'Said expressly: all of them that the selectors leave.' })
  @MayBeAbsent()
  @IsBoolean({ message: 'must be true or false' })
  all?: boolean;
}
