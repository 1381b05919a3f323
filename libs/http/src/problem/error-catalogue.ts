import { accessErrors } from './catalogue/access-errors.ts';
import type { ErrorEntry } from './catalogue/entry.ts';
import { requestErrors } from './catalogue/request-errors.ts';
import { tenancyErrors } from './catalogue/tenancy-errors.ts';

/** Every code an answer can carry. A code that is thrown anywhere and is not here fails a test, and so does one nobody throws. */
export const errorCatalogue: readonly ErrorEntry[] = [...requestErrors, ...accessErrors, ...tenancyErrors];

const titles = new Map(errorCatalogue.map(({ code, title }) => [code, title]));

export const titleOfCode = (code: string): string => titles.get(code) ?? code;
