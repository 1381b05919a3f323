import { createConfig, lintFromString } from '@redocly/openapi-core';

/** The recommended rules, and those that a client generator lives by. Offline: nothing in the document points elsewhere. */
const rules = {
  'operation-4xx-problem-details-rfc7807': 'error',
  'operation-operationId-unique': 'error',
  'operation-tag-defined': 'error',
  'parameter-description': 'error',
  'tags-alphabetical': 'error',
  'no-http-verbs-in-paths': 'off',
} as const;

/** Everything the linter complains about, warnings included, one line each. */
export async function complaintsAbout(document: unknown): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended'], rules });
  const problems = await lintFromString({ source: JSON.stringify(document), config });
  return problems.map(({ ruleId, severity, message, location }) => `${severity} ${ruleId} at ${location[0]?.pointer ?? '?'}: ${message}`);
}
