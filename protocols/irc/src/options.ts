// Where to connect and as whom: URLs and options, merged and checked. It dials nothing, and shows no URL in an error.
import type { Connector, TlsMode } from '@fairlead/transport';
import { checkTarget, checkText } from './encode.ts';
import { usage } from './errors.ts';
import { checkIdentity } from './identity.ts';
import type { InboxOptions } from './inbox.ts';
import { SaslLogin, type SaslOptions } from './sasl.ts';
import type { SessionOptions } from './session-options.ts';
import type { StsStore } from './sts.ts';

/** Options of one call. */
export interface CallOptions {
  /** Gives the command up; what was sent may have had its effect. */
  readonly signal?: AbortSignal | undefined;
  /** From the command's turn (`flood`) to its answer. Default: the client's. */
  readonly timeoutMs?: number | undefined;
}

/** Options of a connection. They win over what the URL says. */
export interface IrcOptions extends Omit<SessionOptions, 'nick'>, InboxOptions {
  /** Host name or address. Default `localhost`. */
  readonly hostname?: string | undefined;
  /** Default 6697, and 6667 without TLS from the first byte. */
  readonly port?: number | undefined;
  /** Default `implicit`, verified against `hostname`; `starttls` upgrades by the command of that name; `off` by name only. */
  readonly tls?: TlsMode | undefined;
  readonly nick?: string | undefined;
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
  /** Covers TCP and TLS. Default 10,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Covers the registration: the login, and what the server does before it lets a client in. Default 30,000. */
  readonly registrationTimeoutMs?: number | undefined;
  /** Covers each command from its turn (`flood`) to its answer. Default 10,000. */
  readonly timeoutMs?: number | undefined;
  /** The longest line that the server may send, tags included. Default 16,384; IRC's own is 8,703. */
  readonly maxLineBytes?: number | undefined;
}

/** The options with what has no default of its own. */
export interface Settings extends IrcOptions {
  readonly hostname: string;
  readonly nick: string;
  readonly tls: TlsMode;
}

/** What a URL says, under what the options say. @throws FairleadError `usage`. */
export function resolveOptions(target: string | URL | IrcOptions, options: IrcOptions | undefined): Settings {
  const isUrl = typeof target === 'string' || target instanceof URL;
  const fromTarget = isUrl ? fromUrl(target) : target;
  const merged = { ...fromTarget, ...options };
  const { nick, hostname = 'localhost', tls = 'implicit', channels = [] } = merged;
  if (nick === undefined) throw usage('A nick is needed: ircs://nick@host, or the option');
  checkIdentity({ ...merged, nick });
  if (merged.sasl !== undefined) new SaslLogin(merged.sasl, nick);
  for (const channel of channels) checkTarget(channel, 'A channel');
  return { ...merged, nick, hostname, tls };
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
