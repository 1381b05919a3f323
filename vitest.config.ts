import { defineConfig } from 'vitest/config';

/** `import` is not among them: handed to Node as well, it would make `require('pg-pool')` find an ES module. */
const resolve = { conditions: ['source', 'node'] };

/** One project per kind of test, so that `npm run test:unit` stays a matter of seconds. */
const project = (name: string, include: string[], extra: object = {}) => ({
  resolve,
  ssr: { resolve },
  test: { name, include, environment: 'node', setupFiles: ['reflect-metadata'], ...extra },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', ['apps/**/*.spec.ts', 'libs/**/*.spec.ts']),
      project('architecture', ['test/architecture/**/*.spec.ts'], { testTimeout: 120_000 }),
      project('integration', ['test/{contract,integration}/**/*.spec.ts'], {
        globalSetup: ['test/support/stack-global-setup.ts'],
        testTimeout: 60_000,
        hookTimeout: 120_000,
        maxWorkers: 2,
      }),
      project('e2e', ['test/e2e/**/*.spec.ts'], {
        globalSetup: ['test/support/stack-global-setup.ts'],
        testTimeout: 120_000,
        hookTimeout: 120_000,
        maxWorkers: 1,
        fileParallelism: false,
      }),
      // Only by `npm run test:openapi`, which brings the Python tool that it needs.
      project('openapi', ['test/openapi/**/*.spec.ts'], {
        globalSetup: ['test/support/stack-global-setup.ts'],
        testTimeout: 1_200_000,
        hookTimeout: 120_000,
        maxWorkers: 1,
        fileParallelism: false,
      }),
      project('chaos', ['test/chaos/**/*.spec.ts'], {
        globalSetup: ['test/support/stack-global-setup.ts'],
        testTimeout: 600_000,
        hookTimeout: 120_000,
        maxWorkers: 1,
        fileParallelism: false,
      }),
    ],
  },
});
