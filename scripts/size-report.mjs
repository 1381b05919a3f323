/** How big files and functions are, in non-blank lines. Fails when one is over its maximum; the rest is to look at. */
import { readFileSync, globSync } from 'node:fs';
import ts from 'typescript';

const limits = { file: { median: 60, p90: 150, max: 250 }, function: { p90: 25, max: 50 } };

const filled = (text) => text.split('\n').filter((line) => line.trim() !== '').length;
const percentile = (sizes, share) => sizes[Math.max(0, Math.ceil(sizes.length * share) - 1)] ?? 0;

/** Functions somebody gave a name; a callback counts with the function around it. */
function nameOf(node) {
  if (ts.isConstructorDeclaration(node)) return 'constructor';
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isAccessor(node)) return node.name?.getText();
  const isValue = ts.isArrowFunction(node) || ts.isFunctionExpression(node);
  const { parent } = node;
  return isValue && (ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent)) ? parent.name.getText() : undefined;
}

function measure(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const functions = [];
  const visit = (node) => {
    const name = nameOf(node);
    if (name !== undefined && node.body) functions.push({ name: `${file} ${name}`, lines: filled(node.getText()) });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { file: { name: file, lines: filled(text) }, functions };
}

function summarise(label, entries) {
  const sizes = entries.map(({ lines }) => lines).sort((a, b) => a - b);
  const largest = [...entries].sort((a, b) => b.lines - a.lines).slice(0, 3);
  return { label, count: sizes.length, median: percentile(sizes, 0.5), p90: percentile(sizes, 0.9), max: sizes.at(-1) ?? 0, largest };
}

const tooLarge = (entries, max) => entries.filter(({ lines }) => lines > max);

const isTest = (file) => /\.spec\.ts$|^test\/|\/testing\//.test(file);
const files = globSync('{apps,libs,migrations,bench,scripts,test}/**/*.{ts,mjs}', {
  exclude: (name) => /(^|\/)(generated|node_modules)$/.test(name),
});
const measured = files.map((file) => file.replaceAll('\\', '/')).map((file) => measure(file, readFileSync(file, 'utf8')));
const [sources, tests] = [false, true].map((wanted) => measured.filter(({ file }) => isTest(file.name) === wanted));
const functions = sources.flatMap((entry) => entry.functions);
const rows = [
  summarise(
    'source files',
    sources.map(({ file }) => file),
  ),
  summarise('functions', functions),
  summarise(
    'test files',
    tests.map(({ file }) => file),
  ),
];
for (const { label, count, median, p90, max, largest } of rows) {
  console.log(`${label.padEnd(13)} ${String(count).padStart(5)}   median ${median}   p90 ${p90}   max ${max}`);
  for (const { name, lines } of largest) console.log(`  ${String(lines).padStart(4)}  ${name}`);
}
console.log(
  `aims: files ${limits.file.median} / ${limits.file.p90} / ${limits.file.max}, functions p90 ${limits.function.p90}, max ${limits.function.max}`,
);
const over = [
  ...tooLarge(
    measured.map(({ file }) => file),
    limits.file.max,
  ),
  ...tooLarge(functions, limits.function.max),
];
for (const { name, lines } of over) console.error(`too large: ${lines} lines  ${name}`);
process.exitCode = over.length > 0 ? 1 : 0;
