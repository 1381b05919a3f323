import { accessErrors } from './catalogue/access-errors.ts';
import type { ErrorEntry } from './catalogue/entry.ts';
import { groupErrors } from './catalogue/group-errors.ts';
import { membershipErrors } from './catalogue/membership-errors.ts';
import { operationErrors } from './catalogue/operation-errors.ts';
import { platformErrors } from './catalogue/platform-errors.ts';
import { requestErrors } from './catalogue/request-errors.ts';
import { tenancyErrors } from './catalogue/tenancy-errors.ts';
import { workspaceErrors } from './catalogue/workspace-errors.ts';
import { workspaceMemberErrors } from './catalogue/workspace-member-errors.ts';

/** Every code an answer can carry. A code that is thrown anywhere and is not here fails a test, and so does one nobody throws. */
export const errorCatalogue: readonly ErrorEntry[] = [
  ...requestErrors,
  ...accessErrors,
  ...tenancyErrors,
  ...groupErrors,
  ...membershipErrors,
  ...workspaceErrors,
  ...workspaceMemberErrors,
  ...platformErrors,
  ...operationErrors,
];

const titles = new Map(errorCatalogue.map(({ code, title }) => [code, title]));

export const titleOfCode = (code: string): string => titles.get(code) ?? code;

/** A URN, because it must not change with the address of a deployment; docs/errors has a page of the same name. */
export const problemTypeOf = (code: string): string => `urn:tenantry:error:${code}`;
