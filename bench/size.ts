// `npm run size`: what each module adds to a Worker's bundle, minified and gzipped, beside its peers. --check: the budget.
import { gzipSync } from 'node:zlib';
import budget from './size-budget.json' with { type: 'json' };
import { bundle } from './src/bundle.ts';
import { gatewaySizes } from './src/gateway-size.ts';

const KB = 1000;
/** What several of our modules share, counted once in a Worker that uses more than one. */
const SHARED = [
  '@fairlead/bytes',
  '@fairlead/client',
  '@fairlead/errors',
  '@fairlead/mooring',
  '@fairlead/sasl',
  '@fairlead/transport',
];

/** A client, direct and on a mooring, and what the mooring's object needs for it. */
const withSeat = (protocol: string): string =>
  `export { connect } from '@fairlead/${protocol}'; export { connect as onMooring, seat } from '@fairlead/${protocol}/mooring'`;

/** `overTls`, which is counted with everything that it imports. */
const TLS = "export { overTls } from '@fairlead/tls'";

/** The row of an addition to `overTls`, which is counted beyond what `overTls` has itself. */
const beyondTls = (part: string, exported: string): Row => [
  `${TLS}; export { ${exported} } from '@fairlead/tls/${part}'`,
  `@fairlead/tls/${part}`,
  TLS,
];

/** Code as a user writes it, and its name. `base`: what its own code is counted beyond; by default the shared packages. */
type Row = readonly [code: string, name: string, base?: string];

/** Our modules and what each is compared with, as a user imports them. */
const GROUPS: readonly Row[][] = [
  [["export { connect } from '@fairlead/transport'", '@fairlead/transport']],
  [
    [TLS, '@fairlead/tls', ''],
    beyondTls('tls12', 'tls12'),
    beyondTls('chacha20', 'TLS_CHACHA20_POLY1305_SHA256'),
    beyondTls('mlkem', 'x25519MlKem768'),
    beyondTls('roots', 'publicRoots'),
  ],
  [
    ["export { mooring, pooledConnector } from '@fairlead/mooring'", '@fairlead/mooring'],
    ["export * from '@fairlead/mooring'", '... with sessions'],
  ],
  [
    ["export { connect } from '@fairlead/redis'", '@fairlead/redis'],
    ["export { connect, subscribe, tracking } from '@fairlead/redis'", '... with subscribe, tracking'],
    ["export * from '@fairlead/redis'", '... with all it has'],
    [withSeat('redis'), '@fairlead/redis and its seat'],
    ["export { createRedis } from 'redis-on-workers'", 'redis-on-workers'],
    ["export { Redis } from 'ioredis'", 'ioredis'],
    ["export { createClient } from 'redis'", 'redis'],
  ],
  [
    ["export { connect } from '@fairlead/postgres'", '@fairlead/postgres'],
    ["export { Client, Pool } from '@fairlead/postgres/pg'", '@fairlead/postgres/pg'],
    [withSeat('postgres'), '@fairlead/postgres and its seat'],
    ["export { default } from 'postgres'", 'postgres'],
    ["export { default } from 'pg'", 'pg'],
  ],
  [
    ["export { connect } from '@fairlead/mysql'", '@fairlead/mysql'],
    [withSeat('mysql'), '@fairlead/mysql and its seat'],
    ["export { createConnection } from 'mysql2'", 'mysql2'],
    ["export { createConnection } from 'mariadb'", 'mariadb'],
  ],
  [
    ["export { connect } from '@fairlead/mqtt'", '@fairlead/mqtt'],
    [withSeat('mqtt'), '@fairlead/mqtt and its seat'],
    ["export { default } from 'mqtt'", 'mqtt'],
  ],
  [
    ["export { connect } from '@fairlead/smtp'", '@fairlead/smtp'],
    [withSeat('smtp'), '@fairlead/smtp and its seat'],
    ["export { sendMail } from '@fairlead/smtp/mime'", '@fairlead/smtp/mime'],
    ["export { send } from '@fairlead/smtp/mime'", '@fairlead/smtp/mime, send'],
    ["export { dkimSigner } from '@fairlead/smtp/dkim'", '@fairlead/smtp/dkim'],
    ["export { createTransport } from 'nodemailer'", 'nodemailer'],
    ["export { default } from 'nodemailer/lib/smtp-connection'", 'nodemailer/lib/smtp-connection'],
    ["export { WorkerMailer } from 'worker-mailer'", 'worker-mailer'],
  ],
  [
    ["export { connect } from '@fairlead/irc'", '@fairlead/irc'],
    ["export * from '@fairlead/irc'", '... with all it has'],
    [withSeat('irc'), '@fairlead/irc and its seat'],
    ["export { Client } from 'irc-framework'", 'irc-framework'],
  ],
  [
    ["export { fetch } from '@fairlead/gopher'", '@fairlead/gopher'],
    ["export * from '@fairlead/gopher'", '... with all it has'],
  ],
  [
    ["export { connect } from '@fairlead/ssh'", '@fairlead/ssh'],
    [
      "export { connect } from '@fairlead/ssh'; export { openSftp } from '@fairlead/ssh/sftp'",
      '@fairlead/ssh with SFTP',
    ],
    ["export { chacha20Poly1305 } from '@fairlead/ssh/chacha20'", '@fairlead/ssh/chacha20'],
    ["export { mlkem768x25519 } from '@fairlead/ssh/mlkem'", '@fairlead/ssh/mlkem'],
    ["export { decryptPrivateKey } from '@fairlead/ssh/encrypted-key'", '@fairlead/ssh/encrypted-key'],
    ["export { Client } from 'ssh2'", 'ssh2'],
  ],
  [
    ["export { connect } from '@fairlead/ftp'", '@fairlead/ftp'],
    ["export { Client } from 'basic-ftp'", 'basic-ftp'],
  ],
  [
    ["export { connect } from '@fairlead/mongodb'", '@fairlead/mongodb'],
    [
      [
        "export { connect } from '@fairlead/mongodb'",
        "export { discovery } from '@fairlead/mongodb/discovery'",
        "export { zlib } from '@fairlead/mongodb/zlib'",
        "export { withTransaction } from '@fairlead/mongodb/transactions'",
        "export { watch } from '@fairlead/mongodb/change-streams'",
        "export { GridFSBucket } from '@fairlead/mongodb/gridfs'",
      ].join(';'),
      '@fairlead/mongodb with its extras',
    ],
    [withSeat('mongodb'), '@fairlead/mongodb and its seat'],
    ["export { deserialize, serialize } from 'bson'", 'bson'],
    ["export { MongoClient } from 'mongodb'", 'mongodb'],
  ],
  [
    ["export { connect } from '@fairlead/imap'", '@fairlead/imap'],
    ["export * from '@fairlead/imap'", '... with all it has'],
    [withSeat('imap'), '@fairlead/imap and its seat'],
    ["export { parseMessage } from '@fairlead/imap/mime'", '@fairlead/imap/mime'],
    ["export { ImapFlow } from 'imapflow'", 'imapflow'],
  ],
  [
    ["export { createClient, pgQuery } from '@fairlead/sdk'", '@fairlead/sdk, one call'],
    ["export * from '@fairlead/sdk'", '@fairlead/sdk'],
  ],
];

const gz = (text: string) => gzipSync(text, { level: 9 }).length;
/** Where all is one bundle there are no imports of the shared packages, so they count for nothing. */
const IMPORT = /import\s*\{[^}]*\}\s*from\s*"@fairlead\/(bytes|client|errors|mooring|sasl|transport)";/g;
const kb = (bytes: number) => (bytes / KB).toFixed(1);
const limits: Readonly<Record<string, number>> = budget;

/** These need `nodejs_compat`: the libraries within are made for Node. */
const ON_NODE = [
  '@fairlead/mysql',
  '@fairlead/mysql and its seat',
  '@fairlead/smtp/dkim',
  '@fairlead/ssh/encrypted-key',
];

/** The gzipped size of a row's own code. */
async function ownSize([code, name, base]: Row): Promise<number> {
  if (base !== undefined) return (await wholeSize(code)) - (base === '' ? 0 : await wholeSize(base));
  const without = SHARED.filter((shared) => shared !== name);
  return gz((await bundle({ code }, { minify: true, without })).replace(IMPORT, ''));
}

async function wholeSize(code: string): Promise<number> {
  return gz(await bundle({ code }, { minify: true }));
}

let over = 0;
console.log('| kB | whole, min | whole, min + gzip | its own code, gzip | budget |');
console.log('| --- | ---: | ---: | ---: | ---: |');
for (const row of GROUPS.flat()) {
  const [code, name] = row;
  const whole = await bundle({ code }, { minify: true });
  const own = await ownSize(row);
  const limit = limits[name];
  const needsNode = limit !== undefined && !ON_NODE.includes(name) && /["']node:/.test(whole);
  const isOver = needsNode || (limit !== undefined && own > limit * KB);
  if (isOver) over++;
  const ours = code.includes('@fairlead/') ? kb(own) : '';
  console.log(
    `| ${name} | ${kb(Buffer.byteLength(whole))} | ${kb(gz(whole))} | ${ours} | ${limit ?? ''}${needsNode ? ' IMPORTS NODE' : ''}${isOver ? ' OVER' : ''} |`,
  );
}
for (const { name, bytes, gzipped } of gatewaySizes()) {
  const limit = limits[name] ?? 0;
  const isOver = gzipped > limit * KB;
  if (isOver) over++;
  console.log(
    `| ${name} | ${kb(bytes)} | ${kb(gzipped)} | ${kb(gzipped)} | ${limit}${isOver ? ' OVER' : ''} |`,
  );
}
if (over) console.error(`${over} over the budget of bench/size-budget.json`);
if (over && process.argv.includes('--check')) process.exitCode = 1;
