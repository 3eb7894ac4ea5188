// Vitest configurations: inside workerd, or inside workerd and Node side by side. They start no server themselves.
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { testAuthority } from '../authority/index.ts';

// Workerd trusts what NODE_EXTRA_CA_CERTS names at the moment miniflare is imported, hence this order.
testAuthority();
const { cloudflareTest } = await import('@cloudflare/vitest-plugin');

/** Known to both workerd builds in use: the one of vitest's plugin and the one of wrangler. */
export const COMPATIBILITY_DATE = '2026-11-01';

const TEST_TIMEOUT_MS = 20_000;

const NODE_TESTS = 'test/**/*.node.test.ts';

/**
 * What a shell may say to make the fuzzers run longer, or otherwise, and chaos at every step. Workerd does not see the environment; bindings
 * are what its `process.env` is made of.
 */
const FUZZ = Object.fromEntries(
  ['FUZZ_ROUNDS', 'FUZZ_SEED', 'CHAOS_FULL'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  }),
);

/** A Worker whose Durable Objects tests use by `env`. It runs in the tests' own isolate. */
export interface TestWorker {
  /** The file that exports the classes. */
  readonly main: string;
  /** By the binding's name: the exported class, on storage with SQLite. */
  readonly durableObjects: Readonly<Record<string, string>>;
}

function miniflareOptions(worker: TestWorker | undefined) {
  const classes = Object.entries(worker?.durableObjects ?? {});
  const durableObjects = Object.fromEntries(
    classes.map(([binding, className]) => [binding, { className, useSQLite: true }]),
  );
  return { compatibilityDate: COMPATIBILITY_DATE, bindings: FUZZ, durableObjects };
}

/**
 * A vitest configuration that runs `test/**\/*.test.ts` inside workerd.
 * @param globalSetup Files that start servers in Node and `project.provide()` their ports.
 */
export function workersConfig(globalSetup: string[] = [], worker?: TestWorker): ViteUserConfig {
  return defineConfig({
    plugins: [cloudflareTest({ main: worker?.main, miniflare: miniflareOptions(worker) })],
    test: {
      include: ['test/**/*.test.ts'],
      exclude: [NODE_TESTS],
      globalSetup,
      testTimeout: TEST_TIMEOUT_MS,
    },
  });
}

/**
 * The same, and in the same `vitest run` the files `test/**\/*.node.test.ts` in Node, as projects `workerd` and
 * `node`. What `globalSetup` provides, both can `inject()`. Run one alone with `vitest run --project node`.
 */
export function workersAndNodeConfig(globalSetup: string[] = [], worker?: TestWorker): ViteUserConfig {
  const workers = workersConfig([], worker);
  return defineConfig({
    test: {
      globalSetup,
      projects: [
        { ...workers, test: { ...workers.test, name: 'workerd' } },
        { test: { name: 'node', include: [NODE_TESTS], testTimeout: TEST_TIMEOUT_MS } },
      ],
    },
  });
}
