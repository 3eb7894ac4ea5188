// Tests of what the pages compute, in Node. What a person sees and does is tested in a browser by the integration suite.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: { include: ['test/**/*.test.ts', 'test/**/*.test.tsx'] },
});
