// The vitest configurations of the workspaces, from source, so that they load before anything is built.
export * from './packages/testkit/src/vitest/index.ts';
