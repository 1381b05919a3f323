import { STATUS_CODES } from 'node:http';
import type { ErrorEntry } from './catalogue/entry.ts';
import { errorCatalogue, problemTypeOf } from './error-catalogue.ts';

const note = '<!-- Made from libs/http/src/problem/catalogue by `npm run docs:errors`. -->';
const statusesOf = ({ statuses }: ErrorEntry) => statuses.map((status) => `${status} ${STATUS_CODES[status]}`).join(' or ');

function page(entry: ErrorEntry): string {
  return `${note}

# ${entry.code}

- Status: ${statusesOf(entry)}
- Title: ${entry.title}
- Type: \`${problemTypeOf(entry.code)}\`

## What it means

${entry.meaning}

## What to do

${entry.remedy}
`;
}

function index(): string {
  const sorted = [...errorCatalogue].sort((a, b) => (a.code < b.code ? -1 : 1));
  const rows = sorted.map((entry) => `- [${entry.code}](${entry.code}.md): ${statusesOf(entry)}. ${entry.title}.`);
  return `${note}

# Errors

Every answer from 400 on is \`application/problem+json\` (RFC 9457) with these members: \`type\`, \`title\`, \`status\`, \`detail\`, \`code\`, \`request_id\` and,
where something can be pointed at, \`errors\` with a \`pointer\` (RFC 6901) into the body, or the name of a \`parameter\` or \`header\`. \`code\` and
\`type\` are stable; \`title\` and \`detail\` are for people and may change.

${rows.join('\n')}
`;
}

/** The pages of docs/errors, by file name. */
export function errorPages(): ReadonlyMap<string, string> {
  return new Map([['README.md', index()], ...errorCatalogue.map((entry) => [`${entry.code}.md`, page(entry)] as const)]);
}
