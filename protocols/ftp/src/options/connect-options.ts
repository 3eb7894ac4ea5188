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
import { type Connector, checkTimeMs, readTls, type TlsChoice, type TlsOptions } from '@fairlead/transport';

/**
 * `'starttls'`: TLS by AUTH TLS, required ("explicit"). `true`: TLS from the first byte ("implicit"). `false`: no TLS, for a
 * trusted network only.
 */
export type TlsMode = boolean | 'starttls';

/** Options of a connection. They win over what the URL says. */
export interface FtpOptions {
  /** Host name or address. Data connections go to exactly the same host. Default `localhost`. */
  readonly hostname?: string | undefined;
  /** Default 990 with `tls: true`, else 21. */
  readonly port?: number | undefined;
  /**
   * Default `true` for `ftps:` and for port 990, else `'starttls'`. Certificates are verified in both. An object adds a CA, a
   * client certificate and other wishes for the control and all data connections, for a connector that honours them:
   * `overTls` of `@fairlead/tls`.
   */
  readonly tls?: TlsMode | TlsChoice | undefined;
  /** The name of the account. Default `anonymous`. */
  readonly username?: string | undefined;
  /** The password, or a function that is called once for each login. Default for `anonymous`: `anonymous@`. */
  readonly password?: Password | undefined;
  /** For servers that ask for an account besides (ACCT). */
  readonly account?: string | undefined;
  /**
   * What protects the data connections of a TLS connection: `private` (PROT P, the default) or `clear` (PROT C), which is
   * never fallen back to. Without TLS they are in clear.
   */
  readonly dataProtection?: 'private' | 'clear' | undefined;
  /** How data connections are asked for: EPSV, PASV, or `auto`: EPSV first, PASV where EPSV is refused. Default `auto`. */
  readonly passive?: 'auto' | 'epsv' | 'pasv' | undefined;
  /** The encoding of names and texts. `latin1` reaches each name whatever its bytes are. Default `utf8`. */
  readonly names?: 'utf8' | 'latin1' | undefined;
  /** Opens control and data connections. Default: `connect` of `@fairlead/transport`. */
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
   * 3,600,000 for transfers, 60,000 for other calls.
   */
  readonly timeoutMs?: number | undefined;
  /**
   * The longest wait for one reply, and in a transfer for the next byte, for the server to take more, or for the body's
   * stream, in milliseconds above 0; `Infinity` for no limit. Default 60,000.
   */
  readonly replyTimeoutMs?: number | undefined;
}

/** Options after `resolveOptions`: checked, and with their defaults. */
export interface Settings extends FtpOptions {
  readonly hostname: string;
  readonly port: number;
  readonly tls: TlsMode;
  /** For the connector, the same for control and data connections. */
  readonly tlsOptions: TlsOptions | undefined;
  readonly username: string;
  readonly password: Password;
  /** Whether data connections are inside TLS. */
  readonly isDataPrivate: boolean;
  readonly passive: 'auto' | 'epsv' | 'pasv';
  readonly names: 'utf8' | 'latin1';
  readonly replyTimeoutMs: number;
}

const FTP = 21;
/** TLS from the first byte: in use everywhere, in no RFC but IANA's registry. */
const FTPS = 990;
const TIMES = ['timeoutMs', 'connectTimeoutMs', 'replyTimeoutMs'] as const;

const oneOf =
  (...values: readonly unknown[]) =>
  (value: unknown): boolean =>
    values.includes(value);

/** What each option must be. */
const CHECKS: readonly OptionCheck[] = [
  ['hostname username account', 'text'],
  ['password', 'text, or a function that gives it'],
  [
    'port',
    'a whole number from 1 to 65535',
    (value) => Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536,
  ],
  ['dataProtection', "'private' or 'clear'", /* @__PURE__ */ oneOf('private', 'clear')],
  [
    'passive',
    "one of 'auto', 'epsv' and 'pasv'; active mode is impossible, since no server can dial a Worker",
    /* @__PURE__ */ oneOf('auto', 'epsv', 'pasv'),
  ],
  ['names', "'utf8' or 'latin1'", /* @__PURE__ */ oneOf('utf8', 'latin1')],
  ['connector', 'a function'],
];

/** URL and options as one; an option wins over the same part of the URL. @throws FairleadError `usage`. */
export function resolveOptions(target: string | URL | FtpOptions, options: FtpOptions = {}): Settings {
  const isUrl = typeof target === 'string' || target instanceof URL;
  for (const one of [isUrl ? {} : target, options]) {
    if (typeof one !== 'object' || one === null) throw usage('connect takes a URL, or an object of options');
  }
  const url = isUrl ? fromUrl(target, options) : undefined;
  const given: FtpOptions = { ...(isUrl ? url : target), ...defined(options) };
  checkOptions(given, CHECKS);
  for (const name of TIMES) checkTimeMs(name, given[name]);
  checkSignal(given.signal);
  const { mode = url?.tls, tlsOptions } = readTls(given.tls);
  const tls = mode ?? (given.port === FTPS ? true : 'starttls');
  if (tls === false && given.dataProtection === 'private') {
    throw usage("dataProtection: 'private' needs TLS on the control connection too");
  }
  if (given.username !== undefined && given.username !== 'anonymous' && given.password === undefined) {
    throw usage('A login needs a password beside the username');
  }
  return {
    ...given,
    tls,
    tlsOptions,
    hostname: given.hostname ?? 'localhost',
    port: given.port ?? (tls === true ? FTPS : FTP),
    username: given.username ?? 'anonymous',
    password: given.password ?? 'anonymous@',
    isDataPrivate: tls !== false && given.dataProtection !== 'clear',
    passive: given.passive ?? 'auto',
    names: given.names ?? 'utf8',
    replyTimeoutMs: given.replyTimeoutMs ?? 60_000,
  };
}

/** Reads `ftp[s]://[user:password@]host[:port]`. */
function fromUrl(target: string | URL, { tls }: FtpOptions): FtpOptions & { readonly tls?: true } {
  const url = readServerUrl(target);
  if (!url || !/^ftps?:$/.test(url.protocol) || !/^\/?$/.test(url.path) || url.search || url.hash) {
    throw usage(
      'The address is not a URL like ftp[s]://user:password@host:port, percent-encoded, without a path or query; ' +
        'paths belong to the calls',
    );
  }
  const { protocol, hostname, port, username, password } = url;
  const isImplicit = protocol === 'ftps:';
  const { mode } = readTls(tls);
  if (isImplicit && mode !== undefined && mode !== true) {
    throw usage(`ftps: is TLS from the first byte; use ftp: with tls: ${JSON.stringify(mode)}`);
  }
  return {
    hostname,
    port: port ?? (isImplicit ? FTPS : undefined),
    username,
    password,
    ...(isImplicit ? { tls: true } : {}),
  };
}
