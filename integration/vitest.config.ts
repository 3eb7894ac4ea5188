// The projects: the modules inside workerd, the built Worker from outside, Workers with a mooring, the command `fairlead`, libraries
// on a facade in Node, once as an option and once by an alias, and the scanner of SQL texts in Node. run.ts starts the servers.
import { defineConfig } from 'vitest/config';
import { workersConfig } from '../vitest.workers.ts';
import type { Servers } from './servers/all.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    servers: Servers;
  }
}

// Absent when a tool only reads this file; setup/require-servers.ts refuses to run without.
const provide = { servers: JSON.parse(process.env.FAIRLEAD_SERVERS ?? 'null') as Servers };
const globalSetup = ['setup/require-servers.ts'];

/**
 * Servers and a browser on one machine may be slow at any moment, and some hundred tests measure time or hit a server in the
 * middle of something: what is a fault mostly fails twice. CI names each that needed its second try; `--retry=0` allows none.
 */
const retry = 1;

/** They look at how long a frame takes, and so run behind all others, one at a time. */
const ALONE = ['test/console/{grid-million,mqtt-load}.test.ts'];

const modules = workersConfig();

export default defineConfig({
  test: {
    // Most of the time is the servers' and waiting: two files at once, on two cores too.
    maxWorkers: 2,
    projects: [
      {
        plugins: modules.plugins ?? [],
        test: {
          ...modules.test,
          name: 'modules',
          include: ['test/modules/**/*.test.ts'],
          retry,
          globalSetup,
          provide,
        },
      },
      {
        test: {
          name: 'gateway',
          include: ['test/gateway/**/*.test.ts'],
          retry,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          globalSetup,
          provide,
        },
      },
      {
        test: {
          name: 'console',
          include: ['test/console/**/*.test.ts'],
          exclude: ALONE,
          // A container that starts changes the machine's network, upon which Chromium ends all that it loads: behind all others.
          sequence: { groupOrder: 1 },
          // What a browser shows comes later on a busy machine; the default is one second.
          expect: { poll: { timeout: 15_000 } },
          retry,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          globalSetup,
          provide,
        },
      },
      {
        test: {
          name: 'console alone',
          include: ALONE,
          expect: { poll: { timeout: 15_000 } },
          retry,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          globalSetup,
          provide,
        },
      },
      {
        test: {
          name: 'cli',
          include: ['test/cli/**/*.test.ts'],
          retry,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          globalSetup,
          provide,
        },
      },
      {
        test: {
          name: 'mooring',
          include: ['test/mooring/**/*.test.ts'],
          retry,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          // They kill the same servers, and count what happens in a second.
          fileParallelism: false,
          globalSetup,
          provide,
        },
      },
      {
        test: {
          name: 'libraries',
          include: ['test/libraries/**/*.test.ts'],
          retry,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          globalSetup,
          provide,
        },
      },
      {
        // As a bundler does it: what imports `pg` gets the facade.
        resolve: { alias: [{ find: /^pg$/, replacement: '@fairlead/postgres/pg' }] },
        test: {
          name: 'aliased',
          include: ['test/aliased/**/*.test.ts'],
          retry,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          server: { deps: { inline: [/drizzle-orm/, /kysely/, /@prisma/, /@mikro-orm/] } },
          globalSetup,
          provide,
        },
      },
      {
        test: {
          name: 'scanner',
          include: ['test/scanner/**/*.test.ts'],
          testTimeout: 86_400_000,
          globalSetup,
          provide,
        },
      },
    ],
  },
});
