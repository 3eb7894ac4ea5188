import { createRequire } from 'node:module';
import { build } from 'esbuild';
import type { ViteUserConfig } from 'vitest/config';
import { workersAndNodeConfig } from '../../../vitest.workers.ts';

const ORACLE = 'mqtt-packet';

/** mqtt-packet for workerd: without readable-stream, which does not load there, and as one ES module. */
async function bundleOracle(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve(ORACLE);
  const { outputFiles } = await build({
    stdin: { contents: `export { default } from '${entry}';`, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['main'],
    external: ['node:*'],
    plugins: [
      {
        name: 'oracle',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^(buffer|events|debug|process-nextick-args)$/ }, ({ path }) => ({
            path,
            namespace: 'stub',
          }));
          onResolve({ filter: /^bl$/ }, ({ resolveDir }) => ({
            path: createRequire(`${resolveDir}/`).resolve('bl/BufferList.js'),
          }));
          onLoad({ filter: /./, namespace: 'stub' }, ({ path }) => ({
            contents: /^(buffer|events)$/.test(path)
              ? `export * from 'node:${path}';`
              : 'module.exports = () => () => {}; module.exports.nextTick = () => {};',
          }));
        },
      },
    ],
  });
  return outputFiles[0]?.text ?? '';
}

const config = workersAndNodeConfig([], {
  main: 'test/mooring-worker.ts',
  durableObjects: { MOORING: 'Mooring' },
});

const oracle = {
  name: 'oracle',
  enforce: 'pre' as const,
  resolveId: (id: string) => (id === ORACLE ? `\0${ORACLE}` : undefined),
  load: (id: string) => (id === `\0${ORACLE}` ? bundleOracle() : undefined),
};

/** Node loads the oracle by itself. */
const withOracle: ViteUserConfig = {
  ...config,
  test: {
    ...config.test,
    projects: (config.test?.projects ?? []).map((project) =>
      typeof project === 'object' && 'plugins' in project
        ? { ...project, plugins: [oracle, ...(project.plugins ?? [])] }
        : project,
    ),
  },
};

export default withOracle;
