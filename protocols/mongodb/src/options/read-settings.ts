// A connection string and options, merged, checked and completed into settings. It dials nothing and asks no DNS.
import { checkOptions, checkSignal, defined, type OptionCheck } from '@fairlead/client';
import { type FairleadError, usage } from '@fairlead/errors';
import { type Address, checkTimeMs, normalizeAddress } from '@fairlead/transport';
import type { ConnectOptions } from '../types/options.ts';
import { checkReadConcern, checkReadPreference, checkWriteConcern, isObject, PRIMARY } from './concerns.ts';
import type { Credentials } from './login-settings.ts';
import type { Settings, SrvName } from './settings.ts';
import { readTlsSettings, type TlsWords } from './tls.ts';
import { checkDatabase, DEFAULT_PORT, readConnectionString } from './url/connection-string.ts';
import { impossible } from './url/parameters.ts';

const DEFAULTS = {
  directConnection: false,
  loadBalanced: false,
  retryReads: true,
  retryWrites: true,
  /** For the password function, DNS, TCP, TLS and the login. */
  connectTimeoutMs: 10_000,
  timeoutMs: 60_000,
  readPreference: PRIMARY,
} as const;

const CHECKS: readonly OptionCheck[] = [
  ['hostname username database replicaSet authSource authMechanism', 'text'],
  // "MongoDB Handshake" specification: a longer name is refused by the server.
  [
    'appName',
    'text of at most 128 bytes',
    (name) => typeof name === 'string' && new TextEncoder().encode(name).length <= 128,
  ],
  ['port', 'a whole number above 0'],
  ['directConnection loadBalanced retryReads retryWrites', 'true or false'],
  ['password', 'text, or a function that gives it'],
  ['connector', 'a function'],
  ['serverApi discovery compression', 'an object', isObject],
];

/** What the options and the connection string say together; `urlDatabase` and what follows are of the connection string alone. */
interface Given extends ConnectOptions, Pick<TlsWords, 'tlsCA' | 'tlsIdentity'> {
  readonly urlDatabase?: string | undefined;
  readonly hosts?: readonly Address[];
  readonly isSrv?: boolean;
  readonly srvMaxHosts?: number;
  readonly srvServiceName?: string;
  readonly compressors?: string;
}

type Defaulted = keyof typeof DEFAULTS;

/** The options with their defaults. */
type Completed = Omit<ConnectOptions, Defaulted> & {
  readonly [Name in Defaulted]: NonNullable<ConnectOptions[Name]>;
};

/**
 * Reads a connection string, options, or both; options win.
 * @throws FairleadError `usage` (malformed, unknown, contradictory), `policy` (what a Worker cannot do).
 */
export function readSettings(target: string | URL | ConnectOptions, options: ConnectOptions = {}): Settings {
  const isUrl = typeof target === 'string' || target instanceof URL;
  if (!isObject(options) || !(isUrl || isObject(target)))
    throw usage('connect takes a URL, or an object of options');
  const given: Given = { ...(isUrl ? readUrl(String(target)) : defined(target)), ...defined(options) };
  checkOptions(given, CHECKS);
  const [seeds, hostname] = seedsOf(given);
  if (given.isSrv) return settle(given, [], srvNameOf(given, hostname));
  if ((given.srvMaxHosts ?? given.srvServiceName) !== undefined) {
    throw usage('srvMaxHosts and srvServiceName go with mongodb+srv:// only');
  }
  return settle(given, seeds, undefined);
}

/** The hosts of the URL, or the one that the options name; and the first one's name. */
function seedsOf({
  hosts = [],
  hostname,
  port,
  isSrv,
}: Given): [seeds: readonly Address[], hostname: string] {
  const [first = { hostname: '', port: DEFAULT_PORT }] = hosts;
  if (hostname === undefined && hosts.length === 0) throw usage('hostname is missing');
  if (port !== undefined && (isSrv || (hostname === undefined && hosts.length > 1))) {
    throw conflict('port', 'several hosts or mongodb+srv://');
  }
  if ((hostname ?? port) === undefined) return [hosts, first.hostname];
  const address = normalizeAddress({ hostname: hostname ?? first.hostname, port: port ?? first.port });
  return [[address], address.hostname];
}

function srvNameOf(given: Given, hostname: string): SrvName {
  const { discovery, directConnection, srvServiceName = 'mongodb', srvMaxHosts = 0 } = given;
  if (!discovery) throw needs('discovery', 'mongodb+srv://');
  if (directConnection) throw conflict('directConnection', 'mongodb+srv://');
  return {
    hostname,
    serviceName: srvServiceName,
    maxHosts: srvMaxHosts,
    settle: (seeds, defaults) => settle({ ...defaults, ...given }, seeds, undefined),
  };
}

function settle(given: Given, seeds: readonly Address[], srv: SrvName | undefined): Settings {
  const { hostname, port, username, password, authSource, authMechanism, urlDatabase, database, ...rest } =
    given;
  const { hosts, isSrv, srvMaxHosts, srvServiceName, compressors, tls, tlsCA, tlsIdentity, ...options } =
    rest;
  const security = readTlsSettings({ tls, tlsCA, tlsIdentity });
  const settings = { ...DEFAULTS, ...options } as Completed;
  const { replicaSet, directConnection, loadBalanced, readPreference, readConcern, writeConcern } = settings;
  if (directConnection && seeds.length > 1) throw conflict('directConnection', 'several hosts');
  if (loadBalanced && (seeds.length > 1 || directConnection || replicaSet !== undefined)) {
    throw conflict('loadBalanced', 'several hosts, replicaSet or directConnection');
  }
  if (srvMaxHosts && (loadBalanced || replicaSet !== undefined)) {
    throw conflict('srvMaxHosts', 'replicaSet or loadBalanced');
  }
  checkOthers(settings, compressors);
  return {
    ...settings,
    ...security,
    seeds,
    srv,
    credentials: credentialsOf(given, security.tls),
    database: database === undefined ? (urlDatabase ?? 'test') : checkDatabase(database),
    readPreference: checkReadPreference(readPreference),
    readConcern: readConcern && checkReadConcern(readConcern),
    writeConcern: writeConcern && checkWriteConcern(writeConcern),
  };
}

function checkOthers(settings: ConnectOptions, compressors: string | undefined): void {
  const { connectTimeoutMs, timeoutMs, signal, serverApi, compression } = settings;
  checkTimeMs('connectTimeoutMs', connectTimeoutMs);
  checkTimeMs('timeoutMs', timeoutMs);
  checkSignal(signal);
  if (serverApi) {
    if (serverApi.version !== '1') throw usage("serverApi must have the version '1'");
    checkOptions(serverApi, [['strict deprecationErrors', 'true or false']]);
  }
  if (compressors === undefined) return;
  if (!compressors.split(',').includes('zlib')) throw impossible('compressors', 'a Worker has zlib only');
  if (!compression) throw needs('zlib', 'compressors', 'compression');
}

/** "Authentication" specification: the database that knows the user is authSource, else the URL's, else the mechanism's own. */
function credentialsOf(given: Given, isEncrypted: boolean): Credentials | undefined {
  const { username, password, authSource, authMechanism: mechanism, urlDatabase, database } = given;
  if (mechanism !== undefined && !/^(SCRAM-SHA-(256|1)|PLAIN|MONGODB-X509)$/.test(mechanism)) {
    throw impossible('authMechanism', 'logins are by SCRAM-SHA-256, SCRAM-SHA-1, PLAIN or MONGODB-X509');
  }
  if (mechanism === 'MONGODB-X509') return certificateLogin(given, isEncrypted);
  if (username === undefined && (mechanism ?? password) === undefined) return undefined;
  if (!username || password === undefined) throw usage('A login needs a username and a password');
  if (authSource === '') throw usage('authSource is empty');
  const isPlain = mechanism === 'PLAIN';
  if (isPlain && !isEncrypted) throw usage('PLAIN shows the password: it needs TLS');
  const source = authSource ?? urlDatabase ?? database ?? (isPlain ? '$external' : 'admin');
  return { username, password, source, mechanism };
}

/** The server takes the user's name from the certificate's subject; a name that is given must be the same. */
function certificateLogin({ username = '', password, authSource }: Given, isEncrypted: boolean): Credentials {
  if (password !== undefined) throw conflict('password', 'MONGODB-X509');
  if ((authSource ?? '$external') !== '$external') throw conflict('authSource', 'MONGODB-X509');
  if (!isEncrypted) throw usage('MONGODB-X509 shows a client certificate: it needs TLS');
  return { username, password: '', source: '$external', mechanism: 'MONGODB-X509' };
}

/** What was read last, and from which text: a Worker opens its connections with the same one again and again. */
let last: { readonly text: string; readonly given: Given } | undefined;

function readUrl(text: string): Given {
  if (last?.text !== text) last = { text, given: parseUrl(text) };
  return last.given;
}

function parseUrl(text: string): Given {
  const { parameters, database, ...rest } = readConnectionString(text);
  const { readPreference } = parameters as Given;
  // Tags or a staleness without a mode are of the default mode, which refuses them.
  const preference = readPreference && { readPreference: { ...PRIMARY, ...(readPreference as object) } };
  return { ...defined(rest), ...parameters, ...preference, urlDatabase: database };
}

/**
 * The error for what an export has to be given for.
 * @param what What asked for it.
 */
export function needs(name: string, what: string, option = name): FairleadError {
  return usage(
    `${what} needs ${name}: import { ${name} } from '@fairlead/mongodb/${name}', and connect(url, { ${option}: ${name}() })`,
  );
}

function conflict(option: string, others: string): FairleadError {
  return usage(`${option} does not go with ${others}`);
}
