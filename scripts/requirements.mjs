/**
 * Joins docs/promises.json (what is promised) with the names of tests (what is held) in docs/requirements.md. `--check` fails when
 * that file is stale, when a test names a promise that does not exist, or when a promise that had a test has none any more.
 */
import { globSync, readFileSync, writeFileSync, existsSync } from 'node:fs';
import ts from 'typescript';

const target = 'docs/requirements.md';
const promiseId = /\b[A-Z]-\d{1,2}\b/g;
const suites = /^(it|test|describe)$/;

/** The function a call leads to at its root: `it` for it(...), it.each(rows)(...) and it.concurrent(...). */
function rootOf(node) {
  if (ts.isIdentifier(node)) return node.text;
  return ts.isCallExpression(node) || ts.isPropertyAccessExpression(node) || ts.isTaggedTemplateExpression(node)
    ? rootOf(ts.isTaggedTemplateExpression(node) ? node.tag : node.expression)
    : '';
}

function titleOf(call) {
  const [title] = call.arguments;
  if (title === undefined || !suites.test(rootOf(call.expression))) return undefined;
  if (ts.isStringLiteralLike(title)) return title.text;
  return ts.isTemplateExpression(title)
    ? title
        .getText()
        .slice(1, -1)
        .replace(/\$\{[^}]*\}/g, '…')
    : undefined;
}

/** Every promise that a test or suite of this file names, with that name. */
function claimsIn(file, text) {
  const claims = [];
  const visit = (node) => {
    const title = ts.isCallExpression(node) ? titleOf(node) : undefined;
    for (const id of new Set(title?.match(promiseId))) claims.push({ id, file, title });
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return claims;
}

const escape = (text) => text.replaceAll('|', '\\|').replace(/[<>]/g, (sign) => (sign === '<' ? '&lt;' : '&gt;'));
const tests = (claims) => claims.map(({ file, title }) => `${escape(title)} ([${file.split('/').at(-1)}](../${file}))`).join('<br>');

function render(sections, claims) {
  const all = Object.values(sections).flatMap((promises) => Object.keys(promises));
  const held = all.filter((id) => claims.some((claim) => claim.id === id));
  const row = ([id, text]) => `| ${id} | ${text} | ${tests(claims.filter((claim) => claim.id === id)) || '–'} |`;
  const section = ([name, promises]) => [
    `## ${name}`,
    '',
    '| Promise | In words | Held by |',
    '|---|---|---|',
    ...Object.entries(promises).map(row),
    '',
  ];
  return [
    '# What is promised, and which test holds it',
    '',
    'Generated from docs/promises.json and the names of the tests by `npm run requirements`; do not edit. A dash: not built yet.',
    '',
    `${held.length} of ${all.length} promises have a test.`,
    '',
    ...Object.entries(sections).flatMap(section),
  ].join('\n');
}

/** The promises that a rendered document shows as held. */
const heldIn = (document) => [...document.matchAll(/^\| ([A-Z]-\d+) \|.*(?<!\| –) \|$/gm)].map(([, id]) => id);

function faults(sections, claims, committed) {
  const known = new Set(Object.values(sections).flatMap((promises) => Object.keys(promises)));
  const claimed = new Set(claims.map(({ id }) => id));
  return [
    ...claims.filter(({ id }) => !known.has(id)).map(({ id, file }) => `${file} names ${id}, which is not promised anywhere`),
    ...heldIn(committed)
      .filter((id) => !claimed.has(id))
      .map((id) => `${id} had a test and has none any more`),
  ];
}

const sections = JSON.parse(readFileSync('docs/promises.json', 'utf8'));
const files = globSync('{apps,libs,test,bench}/**/*.{spec,contract}.ts').concat(globSync('{libs/*/src/**/testing,test/contract}/**/*.ts'));
const paths = [...new Set(files.map((file) => file.replaceAll('\\', '/')))].sort();
const claims = paths.flatMap((file) => claimsIn(file, readFileSync(file, 'utf8')));
const committed = existsSync(target) ? readFileSync(target, 'utf8') : '';
const document = render(sections, claims);
const wrong = faults(sections, claims, committed);
if (process.argv.includes('--check') && document !== committed) wrong.push(`${target} is stale: npm run requirements`);
for (const fault of wrong) console.error(fault);
process.exitCode = wrong.length > 0 ? 1 : 0;
if (wrong.length === 0 && document !== committed) writeFileSync(target, document);
