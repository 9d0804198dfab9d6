import { defineConfig } from 'vitest/config';

/** One project per kind of test, so that each command names what it runs. */
const project = (name: string, include: string[], testTimeout: number) => ({
  test: { name, include, testTimeout, hookTimeout: testTimeout, environment: 'node' as const },
});

export default defineConfig({
  test: {
    // All cores: left to itself, it keeps one free, which is half of a small machine.
    maxWorkers: '100%',
    projects: [
      project('unit', ['test/unit/**/*.test.ts', 'test/fuzz/**/*.test.ts'], 30_000),
      project('contract', ['test/contract/**/*.test.ts'], 60_000),
      {
        test: {
          ...project('cloud', ['test/cloud/**/*.test.ts'], 60_000).test,
          globalSetup: ['test/cloud/synthesis.ts'],
        },
      },
      project('system', ['test/system/**/*.test.ts'], 120_000),
      project('servers', ['test/servers/**/*.test.ts'], 180_000),
      project('long', ['test/long/**/*.test.ts'], 3_600_000),
    ],
  },
});
