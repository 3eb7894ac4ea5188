// The query parameters of a MySQL URL, by the names of libmysqlclient's options and of the common drivers. One that
// is unknown, or that would promise what the platform cannot do, is refused.
import { FairleadError } from '@fairlead/errors';
import { usage } from '../errors.ts';
import type { AuthMethod, ConnectOptions } from './connect-options.ts';
import { pemParameter, type UrlTls } from './tls.ts';

/** The methods that `requireAuth` may name. */
export const AUTH_METHODS: readonly string[] = [
  'caching_sha2_password',
  'sha256_password',
  'mysql_native_password',
  'client_ed25519',
  'parsec',
  'mysql_clear_password',
];

const NO_LIST = 'no revocation lists are read here';
const NO_CHOICE = 'the cipher suites are those that are safe, by the connector';
const NO_SOCKET = 'only TCP is spoken here';
const NO_COMPRESSION = 'compressed packets are not spoken here';

/** Parameters that cannot be honoured, spelled without `-` and `_`: the reason and the way out. */
const IMPOSSIBLE: Readonly<Record<string, string>> = {
  sslcapath: 'there are no files here; use ssl-ca with the PEM text itself, or the option tls',
  sslcrl: NO_LIST,
  sslcrlpath: NO_LIST,
  sslcipher: NO_CHOICE,
  tlsciphersuites: NO_CHOICE,
  ssl: 'it does not say whether the certificate is verified; use sslmode=require, or sslmode=disable for plain text',
  tls: 'it does not say whether the certificate is verified; use sslmode=require, or sslmode=disable for plain text',
  socket: NO_SOCKET,
  unixsocket: NO_SOCKET,
  compress: NO_COMPRESSION,
  compressionalgorithms: NO_COMPRESSION,
  serverrsapublickeyfile: 'there are no files here; use TLS, or allowPublicKeyRetrieval by name',
  defaultauth: 'the server chooses among the methods that require_auth names',
  initcommand: 'run it as a query of its own',
  allowlocalinfile: "LOAD DATA LOCAL reads a call's option localData and nothing else",
  allowloadlocalinfile: "LOAD DATA LOCAL reads a call's option localData and nothing else",
};

/** What each `sslmode` means, by the names of this client and of MySQL's own clients. */
const SSL_MODES: ReadonlyMap<string, UrlTls['sslMode']> = new Map([
  ['disable', 'off'],
  ['disabled', 'off'],
  ['require', 'on'],
  ['required', 'on'],
  ['verify-full', 'on'],
  ['verify-identity', 'on'],
  ['verify-ca', 'any-name'],
]);

const NO_FALLBACK =
  'it falls back to plain text when the server, or an attacker on the way, offers no TLS; use require, or disable for plain text';

/** Modes that other clients have and this client refuses: the reason and the way out. */
const REFUSED_MODES: ReadonlyMap<string, string> = new Map([
  ['prefer', NO_FALLBACK],
  ['preferred', NO_FALLBACK],
]);

function readSslMode(value: string): UrlTls['sslMode'] {
  const mode = value.toLowerCase().replaceAll('_', '-');
  const known = SSL_MODES.get(mode);
  if (known !== undefined) return known;
  const reason = REFUSED_MODES.get(mode);
  if (reason === undefined) throw usage('sslmode is none of disable, require, verify-ca, verify-full');
  throw new FairleadError('policy', `MySQL: sslmode "${mode}" is refused: ${reason}.`, { safeToRetry: true });
}

/**
 * One parameter as options.
 * @throws FairleadError `usage` for an unknown parameter or value, `policy` for what the platform cannot honour.
 */
export function checkUrlParameter(name: string, value: string): ConnectOptions {
  const key = name.toLowerCase().replace(/[-_]/g, '');
  const impossible = IMPOSSIBLE[key];
  if (impossible !== undefined && Object.hasOwn(IMPOSSIBLE, key)) throw refused(name, impossible);
  const known = readParameter(name, key, value);
  if (known !== undefined) return known;
  throw usage(`the URL has the unknown parameter "${name.slice(0, 50)}"`);
}

/**
 * One parameter of TLS; `undefined` for any other one.
 * @throws FairleadError as `checkUrlParameter`.
 */
export function readTlsParameter(name: string, value: string): UrlTls | undefined {
  switch (name.toLowerCase().replace(/[-_]/g, '')) {
    case 'sslmode':
      return { sslMode: readSslMode(value) };
    case 'sslca':
    case 'sslrootcert':
      return { sslCa: pemParameter(name, value) };
    case 'sslcert':
      return { sslCert: pemParameter(name, value) };
    case 'sslkey':
      return { sslKey: pemParameter(name, value) };
    case 'tlsversion':
      if (/^TLSv1\.3$/i.test(value)) return { tlsMinVersion: 'TLSv1.3' };
      if (/^(TLSv1\.[23],?)+$/i.test(value)) return {};
      throw refused(name, 'TLS 1.2 and 1.3 are spoken; use TLSv1.3, or TLSv1.2,TLSv1.3');
    default:
      return undefined;
  }
}

function readParameter(name: string, key: string, value: string): ConnectOptions | undefined {
  switch (key) {
    case 'applicationname':
    case 'programname':
      return { applicationName: value };
    case 'connecttimeout': {
      const seconds = readWholeNumber(name, value);
      // Every wait here has an end.
      return seconds === 0 ? {} : { connectTimeoutMs: seconds * 1000 };
    }
    case 'requireauth':
      return { requireAuth: authMethods(value) };
    case 'charset':
    case 'characterset':
    case 'defaultcharacterset':
      if (/^utf8(mb4)?$/i.test(value)) return {};
      throw refused(name, 'text is utf8mb4 here');
    case 'allowpublickeyretrieval':
      return { allowPublicKeyRetrieval: readSwitch(name, value) };
    case 'allowcleartextpassword':
    case 'allowcleartextpasswords':
      return { allowCleartextPassword: readSwitch(name, value) };
    case 'multistatements':
      return { multiStatements: readSwitch(name, value) };
    case 'timezone':
      if (value === 'utc' || value === 'session') return { timeZone: value };
      throw usage('the URL\'s "timeZone" is none of utc, session');
    default:
      return undefined;
  }
}

function authMethods(value: string): AuthMethod[] {
  const methods = value.split(',').map((method) => method.trim());
  const known = methods.filter((method): method is AuthMethod => AUTH_METHODS.includes(method));
  if (known.length === methods.length) return known;
  throw usage(`require_auth takes ${AUTH_METHODS.join(', ')}`);
}

function readSwitch(name: string, value: string): boolean {
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw usage(`the URL's "${name.slice(0, 50)}" is neither true nor false`);
}

function readWholeNumber(name: string, value: string): number {
  if (/^\d{1,6}$/.test(value)) return Number(value);
  throw usage(`the URL's "${name.slice(0, 50)}" is not a whole number`);
}

function refused(name: string, reason: string): FairleadError {
  return new FairleadError('policy', `MySQL: the URL's "${name.slice(0, 50)}" is refused: ${reason}.`, {
    safeToRetry: true,
  });
}
