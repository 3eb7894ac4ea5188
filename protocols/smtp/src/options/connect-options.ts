// The options of a connection: URL and object, merged, checked and completed. No error shows a URL, since it may hold a
// password.

import {
  checkOptions,
  checkSignal,
  defined,
  type OptionCheck,
  type Password,
  readServerUrl,
} from '@fairlead/client';
import { usage } from '@fairlead/errors';
import { checkExternal, isExternal } from '@fairlead/sasl';
import { type Connector, checkTimeMs, readTls, type TlsChoice, type TlsOptions } from '@fairlead/transport';
import { readClientName } from '../addresses/mailbox.ts';

/**
 * `true`: TLS from the first byte. `'starttls'`: TLS by STARTTLS, required. `false`: no TLS, for a trusted network only.
 */
export type TlsMode = boolean | 'starttls';

/** Options of one call. */
export interface CallOptions {
  /** Ends the call with `aborted`, and the connection too if a command of the call was sent already. */
  readonly signal?: AbortSignal | undefined;
  /**
   * The limit of the whole call, the wait for its turn included, in milliseconds above 0; `Infinity` for no limit.
   * Default: the connection's `timeoutMs`.
   */
  readonly timeoutMs?: number | undefined;
}

/** Options of a connection. They win over what the URL says. */
export interface SmtpOptions {
  /** Host name or address. Default `localhost`. */
  readonly hostname?: string | undefined;
  /** Default 465 with `tls: true`, else 587. Port 25 is refused: the platform forbids it. */
  readonly port?: number | undefined;
  /**
   * Default `true` for `smtps:` and for port 465, else `'starttls'`. Certificates are verified in both. An object adds a CA, a
   * client certificate and other wishes, for a connector that honours them: `overTls` of `@fairlead/tls`.
   */
  readonly tls?: TlsMode | TlsChoice | undefined;
  /** The name of the account. Default: no login. */
  readonly username?: string | undefined;
  /** The password, or a function that is called once for each login. */
  readonly password?: Password | undefined;
  /** An OAuth 2.0 access token in place of a password, or a function that gives one. */
  readonly accessToken?: Password | undefined;
  /** The identity to act as, where it differs from `username`. */
  readonly authorizationIdentity?: string | undefined;
  /** The SASL mechanisms that may be used. Default: all. The strongest one that the server offers is taken. */
  readonly mechanisms?: readonly string[] | undefined;
  /**
   * The mechanisms for a login without TLS. `refuse` (default): none. `challenge`: SCRAM and CRAM-MD5. `cleartext`: also
   * those that send the password itself, which then can be read on the way.
   */
  readonly authWithoutTls?: 'refuse' | 'challenge' | 'cleartext' | undefined;
  /** The name of this host for EHLO: a host name, or an address in brackets. Default `[127.0.0.1]`. */
  readonly name?: string | undefined;
  /** Whether messages are sent by BDAT where the server offers CHUNKING. Default true. */
  readonly chunking?: boolean | undefined;
  /** Opens the transport. Default: `connect` of `@fairlead/transport`. */
  readonly connector?: Connector | undefined;
  /** Aborts connecting; later it ends the connection. */
  readonly signal?: AbortSignal | undefined;
  /**
   * The limit of dial, TLS and login together, in milliseconds above 0; `Infinity` for no limit. Default 60,000, of which
   * the dial may take 10,000.
   */
  readonly connectTimeoutMs?: number | undefined;
  /**
   * The limit of each call that has no `timeoutMs` of its own, in milliseconds above 0; `Infinity` for no limit. Default
   * 600,000 for a message, 60,000 for other calls.
   */
  readonly timeoutMs?: number | undefined;
  /**
   * The longest wait for one reply, for the server to take more of a message, or for the stream of a body, in milliseconds
   * above 0; `Infinity` for no limit. Default 60,000.
   */
  readonly replyTimeoutMs?: number | undefined;
}

/** Options after `resolveOptions`: checked, and with their defaults. */
export interface Settings extends SmtpOptions {
  readonly hostname: string;
  readonly port: number;
  readonly tls: TlsMode;
  /** For the connector. */
  readonly tlsOptions: TlsOptions | undefined;
  readonly name: string;
  readonly replyTimeoutMs: number;
}

const SUBMISSION = 587;
/** Submission over TLS from the first byte (RFC 8314 section 7.3). */
const SUBMISSIONS = 465;
const TIMES = ['timeoutMs', 'connectTimeoutMs', 'replyTimeoutMs'] as const;
const AUTH_MODES: readonly unknown[] = ['refuse', 'challenge', 'cleartext'];

/** What each option must be. */
const CHECKS: readonly OptionCheck[] = [
  ['hostname username authorizationIdentity name', 'text'],
  ['password accessToken', 'text, or a function that gives it'],
  [
    'port',
    'a whole number from 1 to 65535',
    (value) => Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536,
  ],
  ['authWithoutTls', "one of 'refuse', 'challenge' and 'cleartext'", (value) => AUTH_MODES.includes(value)],
  ['mechanisms', 'a list of text'],
  ['chunking', 'true or false'],
  ['connector', 'a function'],
];

/** URL and options as one; an option wins over the same part of the URL. @throws FairleadError `usage`. */
export function resolveOptions(target: string | URL | SmtpOptions, options: SmtpOptions = {}): Settings {
  const isUrl = typeof target === 'string' || target instanceof URL;
  for (const one of [isUrl ? {} : target, options]) {
    if (typeof one !== 'object' || one === null) throw usage('connect takes a URL, or an object of options');
  }
  const url = isUrl ? fromUrl(target, options) : undefined;
  const given: SmtpOptions = { ...(isUrl ? url : target), ...defined(options) };
  checkOptions(given, CHECKS);
  for (const name of TIMES) checkTimeMs(name, given[name]);
  checkSignal(given.signal);
  const { mode = url?.tls, tlsOptions } = readTls(given.tls);
  const tls = mode ?? (given.port === SUBMISSIONS ? true : 'starttls');
  checkCredentials({ ...given, tls, tlsOptions });
  return {
    ...given,
    tls,
    tlsOptions,
    hostname: given.hostname ?? 'localhost',
    port: given.port ?? (tls === true ? SUBMISSIONS : SUBMISSION),
    name: readClientName(given.name ?? '[127.0.0.1]'),
    replyTimeoutMs: given.replyTimeoutMs ?? 60_000,
  };
}

function checkCredentials(options: Pick<Settings, 'tls' | 'tlsOptions'> & SmtpOptions): void {
  const { tls, tlsOptions, username, password, accessToken, authWithoutTls } = options;
  if (isExternal(options)) {
    checkExternal(tlsOptions);
    return;
  }
  if (password !== undefined && accessToken !== undefined) throw usage('Give a password or an accessToken');
  if ((username === undefined) !== (password === undefined && accessToken === undefined)) {
    throw usage('A login needs a username, and a password or an accessToken');
  }
  if (tls === false && username !== undefined && (authWithoutTls ?? 'refuse') === 'refuse') {
    throw usage(
      "A login without TLS needs the option authWithoutTls: 'challenge', or 'cleartext' on a trusted network",
    );
  }
}

/** Reads `smtp[s]://[user:password@]host[:port]`. */
function fromUrl(target: string | URL, { tls }: SmtpOptions): SmtpOptions & { readonly tls?: true } {
  const url = readServerUrl(target);
  if (!url || !/^smtps?:$/.test(url.protocol) || !/^\/?$/.test(url.path) || url.search || url.hash) {
    throw usage(
      'The address is not a URL like smtp[s]://user:password@host:port, percent-encoded, without a path or query',
    );
  }
  const { protocol, hostname, port, username, password } = url;
  const isImplicit = protocol === 'smtps:';
  const { mode } = readTls(tls);
  if (isImplicit && mode !== undefined && mode !== true) {
    throw usage(`smtps: is TLS from the first byte; use smtp: with tls: ${JSON.stringify(mode)}`);
  }
  return { hostname, port, username, password, ...(isImplicit ? { tls: true } : {}) };
}
