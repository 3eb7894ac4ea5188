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
export interface ImapOptions {
  /** Host name or address. Default `localhost`. */
  readonly hostname?: string | undefined;
  /** Default 993 with `tls: true`, else 143. */
  readonly port?: number | undefined;
  /**
   * Default `true` for `imaps:`, for options without a URL and for port 993, else `'starttls'`. Certificates are verified in
   * both. An object adds a CA, a client certificate and other wishes, for a connector that honours them: `overTls` of
   * `@fairlead/tls`.
   */
  readonly tls?: TlsMode | TlsChoice | undefined;
  /** The name of the account. Default: no login, for servers that greet with PREAUTH. */
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
   * The mechanisms for a login without TLS. `refuse` (default): none. `challenge`: SCRAM. `cleartext`: also those that send the
   * password itself, which then can be read on the way.
   */
  readonly authWithoutTls?: 'refuse' | 'challenge' | 'cleartext' | undefined;
  /** The client's name and version for the server (ID, RFC 2971). Yahoo and NetEase refuse clients without. Default: none is sent. */
  readonly id?: Readonly<Record<string, string>> | undefined;
  /** Called with what the server wants a person to read (`[ALERT]`, RFC 9051 section 7.1). */
  readonly onAlert?: ((text: string) => void) | undefined;
  /** Opens the transport. Default: `connect` of `@fairlead/transport`. */
  readonly connector?: Connector | undefined;
  /** Aborts connecting; later it ends the connection. */
  readonly signal?: AbortSignal | undefined;
  /**
   * The limit of dial, TLS and login together, in milliseconds above 0; `Infinity` for no limit. Default 30,000, of which the
   * dial may take 10,000.
   */
  readonly connectTimeoutMs?: number | undefined;
  /** The limit of each call without a `timeoutMs` of its own, in milliseconds above 0; `Infinity` for no limit. Default 60,000; 600,000 for `append`, `download` and `fetch`. */
  readonly timeoutMs?: number | undefined;
}

/** Options after `resolveOptions`: checked, and with their defaults. */
export interface Settings extends ImapOptions {
  readonly hostname: string;
  readonly port: number;
  readonly tls: TlsMode;
  /** For the connector. */
  readonly tlsOptions: TlsOptions | undefined;
}

const PORT = 143;
/** Implicit TLS (RFC 8314 section 7.2). */
const TLS_PORT = 993;

const isOneOf =
  (...values: unknown[]) =>
  (value: unknown): boolean =>
    values.includes(value);

/** What each option must be. */
const CHECKS: readonly OptionCheck[] = [
  ['hostname username authorizationIdentity', 'text'],
  ['password accessToken', 'text, or a function that gives it'],
  [
    'port',
    'a whole number from 1 to 65535',
    (value) => Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536,
  ],
  [
    'authWithoutTls',
    "one of 'refuse', 'challenge' and 'cleartext'",
    /* @__PURE__ */ isOneOf('refuse', 'challenge', 'cleartext'),
  ],
  ['mechanisms', 'a list of text'],
  [
    'id',
    'an object of texts without line breaks',
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      Object.entries(value)
        .flat()
        .every((one) => typeof one === 'string' && !/[\r\n\0]/.test(one) && one.isWellFormed()),
  ],
  ['connector onAlert', 'a function'],
];

/** URL and options as one; an option wins over the same part of the URL. @throws FairleadError `usage`. */
export function resolveOptions(target: string | URL | ImapOptions, options: ImapOptions = {}): Settings {
  const isUrl = typeof target === 'string' || target instanceof URL;
  for (const one of [isUrl ? {} : target, options]) {
    if (typeof one !== 'object' || one === null) throw usage('connect takes a URL, or an object of options');
  }
  const url = isUrl ? fromUrl(target, options) : undefined;
  const given: ImapOptions = { ...(isUrl ? url : target), ...defined(options) };
  checkOptions(given, CHECKS);
  checkTimeMs('timeoutMs', given.timeoutMs);
  checkTimeMs('connectTimeoutMs', given.connectTimeoutMs);
  checkSignal(given.signal);
  const { hostname = 'localhost' } = given;
  const { mode, tlsOptions } = readTls(given.tls);
  const tls = mode ?? url?.tls ?? true;
  checkCredentials({ ...given, tls, tlsOptions });
  return { ...given, tls, tlsOptions, hostname, port: given.port ?? (tls === true ? TLS_PORT : PORT) };
}

function checkCredentials(options: Pick<Settings, 'tls' | 'tlsOptions'> & ImapOptions): void {
  const { tls, tlsOptions, username, password, accessToken, authWithoutTls = 'refuse' } = options;
  if (isExternal(options)) {
    checkExternal(tlsOptions);
    return;
  }
  if (password !== undefined && accessToken !== undefined) throw usage('Give a password or an accessToken');
  if ((username === undefined) !== (password === undefined && accessToken === undefined)) {
    throw usage('A login needs a username, and a password or an accessToken');
  }
  if (tls === false && username !== undefined && authWithoutTls === 'refuse') {
    throw usage("A login without TLS needs authWithoutTls: 'challenge', or 'cleartext' in a trusted network");
  }
}

/** Reads `imap[s]://[user:password@]host[:port]`. */
function fromUrl(
  target: string | URL,
  { tls, port: wanted }: ImapOptions,
): ImapOptions & { readonly tls: TlsMode } {
  const url = readServerUrl(target);
  if (!url || !/^imaps?:$/.test(url.protocol) || !/^\/?$/.test(url.path) || url.search || url.hash) {
    throw usage('The address is not a URL like imap[s]://user:password@host:port');
  }
  const { protocol, hostname, port, username, password } = url;
  const isImplicit = protocol === 'imaps:';
  const { mode } = readTls(tls);
  if (isImplicit && mode !== undefined && mode !== true) {
    throw usage(`tls: ${JSON.stringify(mode)} needs imap:, since imaps: is TLS from the first byte`);
  }
  return {
    hostname,
    port,
    username,
    password,
    tls: isImplicit || (wanted ?? port) === TLS_PORT || 'starttls',
  };
}
