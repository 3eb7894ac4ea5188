// Where to connect and as whom: URLs and options, merged and checked. It dials nothing, and shows no URL in an error.
import { type CallLimit, checkSignal, type Password, passwordOf } from '@fairlead/client';
import { type Connector, checkTimeMs, type TlsMode } from '@fairlead/transport';
import type { InboxOptions } from '../connection/event-queue.ts';
import { type SaslCredentials, SaslLogin, type SaslOptions } from '../connection/sasl-login.ts';
import { usage } from '../errors.ts';
import { checkRegistrationOptions } from '../session/registration/registration-options.ts';
import type { SessionOptions } from '../session/session-options.ts';
import type { StsStore } from '../sts/sts-policy.ts';
import { checkObject, checkTarget, checkText } from '../wire/encode.ts';

/** Options of one call. */
export interface CallOptions {
  /** Gives the command up; what was sent may have had its effect. */
  readonly signal?: AbortSignal | undefined;
  /** From the command's turn (`flood`) to its answer. Default: the client's. */
  readonly timeoutMs?: number | undefined;
}

/** Options of a connection. They win over what the URL says. */
export interface IrcOptions extends Omit<SessionOptions, 'nick' | 'password'>, InboxOptions {
  /** Host name or address. Default `localhost`. */
  readonly hostname?: string | undefined;
  /** Default 6697, and 6667 without TLS from the first byte. */
  readonly port?: number | undefined;
  /** Default `implicit`, verified against `hostname`; `starttls` upgrades by the command of that name; `off` by name only. */
  readonly tls?: TlsMode | undefined;
  readonly nick?: string | undefined;
  /** The server's password, sent as PASS, or a function that is asked for it; that of an account goes into `sasl`. */
  readonly password?: Password | undefined;
  /** Who logs in to the network's services. */
  readonly sasl?: SaslOptions | undefined;
  /** Joined before `connect` resolves. */
  readonly channels?: readonly string[] | undefined;
  /** Keeps what servers demand by `sts`, so that a later connection in clear is not even tried. Default: nothing is kept. */
  readonly stsStore?: StsStore | undefined;
  /** Opens the transport. Default: `connect` of `@fairlead/transport`. */
  readonly connector?: Connector | undefined;
  /** Aborts the attempt; later it ends the connection. */
  readonly signal?: AbortSignal | undefined;
  /** For TCP and TLS, in milliseconds. Default 10,000. */
  readonly connectTimeoutMs?: number | undefined;
  /**
   * From the call of `connect` until the server lets the client in, in milliseconds: functions that give passwords, dialling,
   * and the login, also where the server sends the client to its TLS port. Default 30,000.
   */
  readonly registrationTimeoutMs?: number | undefined;
  /** Covers each command from its turn (`flood`) to its answer. Default 10,000. */
  readonly timeoutMs?: number | undefined;
  /** The longest line that the server may send, tags included. Default 16,384; IRC's own is 8,703. */
  readonly maxLineBytes?: number | undefined;
}

/** The options with what has no default of its own. */
export interface Target extends IrcOptions {
  readonly hostname: string;
  readonly nick: string;
  readonly tls: TlsMode;
}

/** A target whose passwords are known. */
export interface Settings extends Omit<Target, 'password' | 'sasl'> {
  readonly password?: string | undefined;
  readonly sasl?: SaslCredentials | undefined;
}

/**
 * Asks for the passwords that are functions.
 * @throws FairleadError `usage`, `auth`, `connect_timeout`, `aborted`.
 */
export async function withPasswords(target: Target, limit: CallLimit): Promise<Settings> {
  const { sasl, nick } = target;
  const password = await passwordOf(target.password, limit);
  const settings = {
    ...target,
    password,
    sasl: sasl && { ...sasl, password: await passwordOf(sasl.password, limit) },
  };
  checkRegistrationOptions(settings);
  if (settings.sasl !== undefined) new SaslLogin(settings.sasl, nick);
  return settings;
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) > 0;
const isList = (value: unknown): boolean =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');
const isSettings = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What options must be, where no check of their own says it. */
const CHECKS: readonly (readonly [names: string, what: string, test: (value: unknown) => boolean])[] = [
  ['hostname', 'text', (value) => typeof value === 'string'],
  [
    'port maxLineBytes maxQueuedEvents maxQueuedMessages maxReplyMessages maxUsers',
    'a whole number above 0',
    isCount,
  ],
  ['channels altNicks capabilities', 'an array of texts', isList],
  ['flood ctcp sasl stsStore', 'an object', isSettings],
  ['saslRequired allowCleartext', 'true or false', (value) => typeof value === 'boolean'],
  [
    'tls',
    "'implicit', 'starttls' or 'off'",
    (value) => value === 'implicit' || value === 'starttls' || value === 'off',
  ],
  [
    'overflow',
    "'error', 'wait' or 'drop-oldest'",
    (value) => value === 'error' || value === 'wait' || value === 'drop-oldest',
  ],
  ['connector', 'a function', (value) => typeof value === 'function'],
];

/** What a URL says, under what the options say. @throws FairleadError `usage`. */
export function resolveOptions(target: string | URL | IrcOptions, options: IrcOptions | undefined): Target {
  const isUrl = typeof target === 'string' || target instanceof URL;
  const fromTarget = isUrl ? fromUrl(target) : target;
  if (options !== undefined) checkObject(options, 'The options');
  const merged = { ...fromTarget, ...options };
  for (const [names, what, test] of CHECKS) {
    for (const name of names.split(' ')) {
      const value = merged[name as keyof IrcOptions];
      if (value !== undefined && !test(value)) throw usage(`${name} is ${what}`);
    }
  }
  const { nick, hostname = 'localhost', tls = 'implicit', channels = [] } = merged;
  if (nick === undefined) throw usage('A nick is needed: ircs://nick@host, or the option');
  checkTimes(merged);
  checkSignal(merged.signal);
  checkRegistrationOptions({ ...merged, nick, password: known(merged.password) });
  if (merged.sasl !== undefined)
    new SaslLogin({ ...merged.sasl, password: known(merged.sasl.password) }, nick);
  for (const channel of channels) checkTarget(channel, 'A channel');
  return { ...merged, nick, hostname, tls };
}

/** A password for the checks that need none of its own: what a function will give is checked when it has. */
function known(password: Password | undefined): string | undefined {
  return typeof password === 'function' ? 'unknown' : password;
}

/** @throws FairleadError `usage` for a time that is none, or a flood that lets nothing out. */
function checkTimes(options: IrcOptions): void {
  const {
    connectTimeoutMs,
    registrationTimeoutMs,
    timeoutMs,
    pingIntervalMs,
    pingTimeoutMs,
    flood = {},
  } = options;
  const times = { connectTimeoutMs, registrationTimeoutMs, timeoutMs, pingIntervalMs, pingTimeoutMs };
  for (const [name, value] of Object.entries(times)) checkTimeMs(name, value);
  const { burst = 1, intervalMs = 0 } = flood;
  if (!(burst >= 1)) throw usage('flood.burst is a number of commands, at least 1');
  if (intervalMs !== 0) checkTimeMs('flood.intervalMs', intervalMs);
}

/** Reads `irc[s]://[nick[:password]@]host[:port][/#channel,#channel]`. */
function fromUrl(target: string | URL): IrcOptions {
  try {
    const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(target);
    if (/^ircs?:$/.test(protocol) && hostname && !search) {
      const nick = username ? checkText(decodeURIComponent(username), 'The nick') : undefined;
      return {
        // For schemes that it does not know, WHATWG's URL keeps names beyond ASCII percent-encoded.
        hostname: decodeURIComponent(hostname),
        tls: protocol === 'ircs:' ? 'implicit' : 'off',
        ...(port ? { port: Number(port) } : {}),
        ...(nick ? { nick } : {}),
        ...(password ? { sasl: { username: nick, password: decodeURIComponent(password) } } : {}),
        channels: channelsOf(decodeURIComponent(pathname.slice(1) + hash)),
      };
    }
  } catch {
    // The runtime's own error would show the URL, and with it the password: it is not kept as the cause.
  }
  throw usage('The address is no URL like irc[s]://nick:password@host:port/#channel, percent-encoded');
}

/** A name without a sign before it is that of a `#` channel. */
function channelsOf(path: string): string[] {
  const names = path.split(',').filter((name) => name !== '');
  return names.map((name) => (/^[#&+!]/.test(name) ? name : `#${name}`));
}
