// Bundles what is used of mqtt-packet into dist/mqtt-packet.js, without readable-stream. It fails if that package changed.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const codec = dirname(createRequire(import.meta.url).resolve('mqtt-packet/package.json'));

/** Packets that a client does not write, or that are written by this package's own code. */
const UNUSED = [
  'connack',
  'publish',
  'confirmation',
  'suback',
  'unsuback',
  'emptyPacket',
  'getPropertiesByMaximumPacketSize',
];

/** Stand-ins for what is required. A packet is generated in one go: nothing is corked, and nothing logged. */
const STUBS: Readonly<Record<string, string>> = {
  // A required external module would become a call of require().
  buffer: `export { Buffer } from 'node:buffer';`,
  debug: 'module.exports = () => () => {};',
  'process-nextick-args': 'exports.nextTick = () => {};',
  // generate() reports an error by an event that nobody has a way to listen for.
  events: 'exports.EventEmitter = class { emit(name, error) { throw error; } };',
};

function cut(text: string, pattern: RegExp, by: string): string {
  if (!pattern.test(text)) throw new Error(`mqtt-packet has changed: ${pattern} is not in it`);
  return text.replace(pattern, by);
}

/** Empties the functions that are not used; `debug` calls would keep their texts. */
function trim(text: string): string {
  let trimmed = cut(text, /^\s*debug\(.*\)\n/gm, '');
  for (const name of UNUSED) {
    trimmed = cut(trimmed, new RegExp(`^(function ${name} \\([^)]*\\) \\{)[^]*?^\\}$`, 'm'), '$1}');
  }
  return trimmed;
}

const trimmed: Plugin = {
  name: 'trimmed',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(buffer|debug|process-nextick-args|events)$/ }, ({ path }) => ({
      path,
      namespace: 'stub',
    }));
    onLoad({ filter: /./, namespace: 'stub' }, ({ path }) => ({ contents: STUBS[path] ?? '', loader: 'js' }));
    onLoad({ filter: /writeToStream\.js$/ }, ({ path }) => ({
      contents: trim(readFileSync(path, 'utf8')),
      loader: 'js',
    }));
  },
};

await build({
  stdin: {
    contents: `
      import generate from './generate.js';
      import writeToStream from './writeToStream.js';
      // Otherwise the first packet builds 65,536 buffers.
      writeToStream.cacheNumbers = false;
      export { generate };
    `,
    resolveDir: codec,
  },
  outfile: join(root, 'dist/mqtt-packet.js'),
  banner: { js: `/*\nmqtt-packet\n${readFileSync(join(codec, 'LICENSE.md'), 'utf8')}*/` },
  bundle: true,
  external: ['node:buffer'],
  format: 'esm',
  platform: 'neutral',
  mainFields: ['main'],
  target: 'es2024',
  legalComments: 'inline',
  plugins: [trimmed],
});
