// What `npm run check` counts as used: each package's `exports`, the tests, and the tools' entry files.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { KnipConfig } from 'knip';

/** The source file behind each of a package's `exports`, `imports` and `bin`: `./dist/node.js` is built from `src/node.ts`. */
function exported(dir: string): string[] {
  const { exports, imports, bin } = JSON.parse(readFileSync(`${dir}/package.json`, 'utf8'));
  const built = JSON.stringify([exports, imports, bin]).match(/(?<="\.\/dist\/)[^"]+(?=\.js")/g) ?? [];
  const sources = [...new Set(built)].map((name) => `src/${name}.ts`);
  return sources.filter((path) => existsSync(`${dir}/${path}`)).map((path) => `${path}!`);
}

/** By package: what no file of it imports. */
const UNDECLARED_OR_BUILT: Readonly<Record<string, string[]>> = {
  // A devDependency would make a cycle of workspaces: testkit depends on the transport it tests.
  'packages/transport': ['@fairlead/testkit'],
  // Its files are copied as they are built.
  'packages/worker': ['@fairlead/console'],
};

const CONSOLE = 'packages/console';

const published = ['packages', 'protocols']
  .flatMap((group) => readdirSync(group).map((name) => `${group}/${name}`))
  .filter((dir) => dir !== CONSOLE);

const config: KnipConfig = {
  treatConfigHintsAsErrors: false,
  workspaces: {
    '.': { entry: ['vitest.workers.ts', '.ci/*.mjs'], project: ['*.ts', '.ci/*.mjs'] },
    ...Object.fromEntries(
      published.map((dir) => [
        dir,
        {
          entry: [...exported(dir), 'test/**/*.ts'],
          project: ['{src,test,scripts}/**/*.ts'],
          ignoreDependencies: UNDECLARED_OR_BUILT[dir] ?? [],
        },
      ]),
    ),
    [CONSOLE]: {
      entry: ['src/main.tsx!', 'vite.config.ts', 'test/**/*.{ts,tsx}'],
      project: ['{src,test}/**/*.{ts,tsx}'],
    },
    integration: {
      // The Worker is bundled by its path.
      entry: [
        'test/**/*.ts',
        'setup/*.ts',
        'pools/worker.ts',
        'suites/*/run.ts',
        'suites/certificates/verifier/worker.ts',
        'suites/bogo/shim/resident.ts',
      ],
      project: ['**/*.ts'],
    },
    bench: {
      entry: ['workers/**/*.ts', 'peers/**/*.ts'],
      project: ['**/*.ts'],
      // The SDK is used as built, inside a bundle; the dependency makes Turborepo build it first.
      ignoreDependencies: ['@fairlead/sdk', 'miniflare'],
    },
    examples: {
      entry: [
        '{plain,hono,queue-consumer,cron,durable-object,mooring,line-protocol,postgres-server,private-ca}/src/index.ts',
      ],
      project: [
        '{plain,hono,queue-consumer,cron,durable-object,mooring,line-protocol,postgres-server,private-ca}/src/**/*.ts',
      ],
    },
    'docs/api': { project: ['*.ts'] },
    scripts: { entry: ['*.ts', 'test/**/*.ts'], project: ['**/*.ts'], ignoreDependencies: ['@fairlead/sdk'] },
  },
  ignoreBinaries: [
    'dockerd',
    'dpkg-deb',
    'openssl',
    'redis-server',
    'mariadbd',
    'mariadb-install-db',
    'mosquitto',
    'ssh-keygen',
  ],
};

export default config;
