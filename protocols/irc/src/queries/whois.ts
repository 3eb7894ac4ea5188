// Asks for what the server tells about a user (WHOIS). A function of its own, which a bundler leaves out if it is not
// imported.
import { isFairleadError } from '@fairlead/errors';
import type { IrcClient } from '../client.ts';
import type { CallOptions } from '../options/connect-options.ts';
import type { Message, User } from '../types.ts';
import { checkTarget } from '../wire/argument-checks.ts';
import { readNames } from '../wire/names/names-reply.ts';

/** A channel in the answer to WHOIS. */
export interface WhoisChannel {
  /** The channel's name. */
  readonly name: string;
  /** The user's prefix modes in it, the highest first: `ov`. */
  readonly modes: string;
}

/** The answer to WHOIS. What the server does not tell is `undefined`, or false, or an empty list. */
export interface Whois extends User {
  /** The server that the user is connected to. */
  readonly server: string | undefined;
  /** That server's description of itself. */
  readonly serverInfo: string | undefined;
  /** The channels that the server shows: those that are not secret, or shared. */
  readonly channels: readonly WhoisChannel[];
  /** How long the user has been silent, in milliseconds. */
  readonly idleMs: number | undefined;
  /** When the user connected, in milliseconds since 1970. */
  readonly signedOnAtMs: number | undefined;
  /** Whether the user is an IRC operator. */
  readonly isOperator: boolean;
  /** Whether the user is connected by TLS. */
  readonly isSecure: boolean;
  /** Whether the user is marked as a bot. */
  readonly isBot: boolean;
  /** All messages of the answer, for numerics that have no member here. */
  readonly messages: readonly Message[];
}

/** A type whose members may be assigned. */
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

type Reader = (whois: Mutable<Whois>, params: readonly string[], client: IrcClient) => void;

/** What each numeric tells. The parameters are this client's nick, the user's nick, and the rest. */
const READERS: Readonly<Record<string, Reader>> = Object.assign(Object.create(null), {
  '301': (whois, [, , away]) => {
    whois.away = away;
  },
  '311': (whois, [, nick = '', user = '', host = '', , realname]) => {
    Object.assign(whois, { nick, user, host, realname });
  },
  '312': (whois, [, , server, serverInfo]) => {
    Object.assign(whois, { server, serverInfo });
  },
  '313': (whois) => {
    whois.isOperator = true;
  },
  '317': (whois, [, , idle, signedOn]) => {
    whois.idleMs = milliseconds(idle);
    // Some servers tell the idle time alone.
    whois.signedOnAtMs = milliseconds(signedOn);
  },
  '319': (whois, [, , list = ''], { isupport }) => {
    const { modes, signs } = isupport.prefixes;
    const channels = readNames(list, { modes, signs });
    whois.channels = [...whois.channels, ...channels.map(({ nick, modes }) => ({ name: nick, modes }))];
  },
  '330': (whois, [, , account]) => {
    whois.account = account;
  },
  '335': (whois) => {
    whois.isBot = true;
  },
  '671': (whois) => {
    whois.isSecure = true;
  },
} satisfies Record<string, Reader>);

/**
 * What the server tells about a user.
 * @returns Undefined if the server knows no user of that nick (numeric 401).
 * @throws FairleadError as `request`.
 * @example
 * ```ts
 * import { whois } from '@fairlead/irc';
 *
 * const alice = await whois(irc, 'alice');
 * console.log(alice?.account, alice?.channels.map(({ name }) => name));
 * ```
 */
export async function whois(
  client: IrcClient,
  nick: string,
  options: CallOptions = {},
): Promise<Whois | undefined> {
  try {
    const { messages } = await client.request('WHOIS', [checkTarget(nick, 'The nick')], options);
    return readWhois(client, nick, messages);
  } catch (error) {
    if (isFairleadError(error) && error.server?.code === '401') return undefined;
    throw error;
  }
}

function readWhois(client: IrcClient, nick: string, messages: readonly Message[]): Whois {
  const known: Mutable<Whois> = {
    nick,
    user: '',
    host: '',
    realname: undefined,
    account: undefined,
    away: undefined,
    server: undefined,
    serverInfo: undefined,
    channels: [],
    idleMs: undefined,
    signedOnAtMs: undefined,
    isOperator: false,
    isSecure: false,
    isBot: false,
    messages,
  };
  for (const { command, params } of messages) {
    // Without labels, what the server tells about others may come in between.
    if (client.sameName(params[1] ?? '', nick)) READERS[command]?.(known, params, client);
  }
  return known;
}

/** A count of seconds, in milliseconds; undefined for text that is no count. */
function milliseconds(seconds = ''): number | undefined {
  return /^\d{1,12}$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}
