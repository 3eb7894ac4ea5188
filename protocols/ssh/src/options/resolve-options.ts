// URL and object as one set of checked options with their defaults. No error shows a URL, since it may hold a password.
import { checkOptions, checkSignal, defined, type OptionCheck, readServerUrl } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import { checkTimeMs } from '@fairlead/transport';
import type { SshOptions } from './connect-options.ts';

/** Options after `resolveOptions`: checked, and with their defaults. */
export interface Settings extends SshOptions {
  readonly hostname: string;
  readonly port: number;
  readonly username: string;
  readonly keepAliveMs: number;
  readonly timeoutMs: number;
}

const DEFAULT_PORT = 22;
const DEFAULT_KEEP_ALIVE_MS = 15_000;
const DEFAULT_TIMEOUT_MS = 60_000;
const TIMES = ['timeoutMs', 'connectTimeoutMs', 'keepAliveMs'] as const;

/** Options of other clients, and why this one has none. */
const REFUSED: Readonly<Record<string, string>> = {
  agent: 'A Worker reaches no SSH agent; give a privateKey',
  agentForward: 'A Worker reaches no SSH agent, so none is forwarded',
  pkcs11Provider: 'A Worker reaches no PKCS#11 token; give a privateKey',
  securityKeyProvider: 'A Worker reaches no FIDO key; give a privateKey',
  passphrase:
    'Decrypt the key by decryptPrivateKey of @fairlead/ssh/encrypted-key, and give that as privateKey',
  tls: 'SSH has encryption of its own; tls is no option of it',
};

/** What each option must be. */
const CHECKS: readonly OptionCheck[] = [
  ['hostname username knownHosts certificate', 'text'],
  [
    'port',
    'a whole number from 1 to 65535',
    (value) => Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536,
  ],
  ['password', 'text, or a function that gives it'],
  ['privateKey', 'a key file as text or bytes, a key that was read, or a list of them', isKeys],
  ['fingerprint', 'text, or a list of text', isTexts],
  ['verifyHostKey keyboardInteractive connector', 'a function'],
  ['insecureAcceptAnyHostKey', 'true or false'],
  ['keyExchanges ciphers', 'a list', (value) => Array.isArray(value)],
  ['algorithms', 'a list of text'],
  ['rekeyAfterBytes', 'a whole number above 0'],
];

/** URL and options as one; an option wins over the same part of the URL. @throws FairleadError `usage`. */
export function resolveOptions(target: string | URL | SshOptions, options: SshOptions = {}): Settings {
  const isUrl = typeof target === 'string' || target instanceof URL;
  for (const one of [isUrl ? {} : target, options]) {
    if (typeof one !== 'object' || one === null) throw usage('connect takes a URL, or an object of options');
  }
  const given: SshOptions = { ...(isUrl ? fromUrl(target) : defined(target)), ...defined(options) };
  checkOptions(given, CHECKS);
  for (const name of TIMES) checkTimeMs(name, given[name]);
  checkSignal(given.signal);
  checkRefused(given);
  const { hostname, username } = given;
  if (hostname === undefined || hostname === '') throw usage('hostname is required');
  if (username === undefined || username === '') throw usage('username is required: ssh://user@host');
  checkCredentials(given);
  return {
    ...given,
    hostname,
    username,
    port: given.port ?? DEFAULT_PORT,
    keepAliveMs: given.keepAliveMs ?? DEFAULT_KEEP_ALIVE_MS,
    timeoutMs: given.timeoutMs ?? DEFAULT_TIMEOUT_MS,
  };
}

function checkRefused(options: object): void {
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(REFUSED, name)) throw usage(`${name}: ${REFUSED[name]}`);
  }
}

function checkCredentials({ password, privateKey, certificate, keyboardInteractive }: SshOptions): void {
  if (password === undefined && privateKey === undefined && keyboardInteractive === undefined) {
    throw usage('A login needs a privateKey, a password or keyboardInteractive');
  }
  if (certificate !== undefined && (privateKey === undefined || Array.isArray(privateKey))) {
    throw usage('A certificate belongs to one privateKey');
  }
}

/** Reads `ssh://user[:password]@host[:port]`. */
function fromUrl(target: string | URL): SshOptions {
  const url = readServerUrl(target);
  if (url?.protocol !== 'ssh:' || !/^\/?$/.test(url.path) || url.search || url.hash) {
    throw usage(
      'The address is not a URL like ssh://user@host:port, percent-encoded, without a path or query',
    );
  }
  const { hostname, port, username, password } = url;
  return defined({ hostname, port, username, password });
}

function isKey(value: unknown): boolean {
  return (
    typeof value === 'string' ||
    value instanceof Uint8Array ||
    (typeof value === 'object' &&
      value !== null &&
      'sign' in value &&
      'blob' in value &&
      'algorithms' in value)
  );
}

function isKeys(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 && value.every(isKey) : isKey(value);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value)
    ? value.length > 0 && value.every((one) => typeof one === 'string')
    : typeof value === 'string';
}
