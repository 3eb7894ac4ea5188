// The command runs in Node, and so do its tests. Loading the gateway for a check takes some seconds on a busy machine.
import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { include: ['test/**/*.test.ts'], testTimeout: 60_000 } });
