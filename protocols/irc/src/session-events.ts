// What a message means: it brings the channels up to date and makes the event of it. What a history replays changes nothing.

import type { Isupport } from './isupport.ts';
import { parseSource } from './mask.ts';
import type { IrcEvent, Message, Source } from './messages.ts';
import type { Roster } from './roster.ts';

/** What a session knows of itself and of its channels. */
export interface Standing {
  nick: string;
  /** This client's user and host as others see them; empty until the server tells. */
  user: string;
  host: string;
  /** The services account that this client is logged in to. */
  account: string | undefined;
  readonly isupport: Isupport;
  readonly roster: Roster;
}

/** One message on its way to become an event. */
interface Case {
  readonly standing: Standing;
  readonly message: Message;
  /** What every event has. */
  readonly base: { readonly time: number; readonly message: Message };
  /** What every event has that somebody caused. */
  readonly by: {
    readonly time: number;
    readonly message: Message;
    readonly from: Source;
    readonly self: boolean;
  };
  /** Whether it happens now, and is not told of the past. */
  readonly live: boolean;
  readonly params: readonly string[];
}

/** Begins and ends a CTCP message. */
const CTCP = '\x01';

type Reading = (one: Case) => IrcEvent | undefined;

/**
 * The event of a message.
 * @param now For messages that do not say when they were.
 * @param live Whether it changes what is known; false for what a history replays.
 * @throws FairleadError `limit`.
 */
export function interpret(standing: Standing, message: Message, now: number, live: boolean): IrcEvent {
  const { command, params, tags } = message;
  const from = parseSource(message.source);
  const stamp = tags.time === undefined ? Number.NaN : Date.parse(tags.time);
  const time = Number.isNaN(stamp) ? now : stamp;
  const self = from.nick !== '' && same(standing, from.nick, standing.nick);
  const by = { time, message, from, self };
  const base = { time, message };
  if (live) learn(standing, from, self, tags.account);
  const reading = READINGS[command];
  return (
    reading?.({ standing, message, base, by, live, params }) ?? { type: 'other', ...base, command, params }
  );
}

function same({ isupport }: Standing, one: string, other: string): boolean {
  return one === other || isupport.fold(one) === isupport.fold(other);
}

/** A source and the tag `account` tell of whoever sends. */
function learn(
  standing: Standing,
  { nick, user, host }: Source,
  self: boolean,
  account: string | undefined,
): void {
  if (host === '') return;
  if (self) {
    standing.user = user;
    standing.host = host;
  }
  const known = standing.roster.user(nick);
  if (known === undefined) return;
  known.user = user;
  known.host = host;
  if (account !== undefined) known.account = account;
}

const text: Reading = ({ message, by, params: [target = '', words = ''] }) => {
  const kind = message.command === 'NOTICE' ? 'notice' : 'privmsg';
  if (!words.startsWith(CTCP) || words.length < 2)
    return { type: 'message', ...by, kind, target, text: words };
  // The delimiter at the end is often missing where a server cuts a line.
  const body = words.slice(1, words.endsWith(CTCP) ? -1 : undefined);
  const space = body.indexOf(' ');
  const command = space === -1 ? body : body.slice(0, space);
  const rest = space === -1 ? '' : body.slice(space + 1);
  if (command === 'ACTION') return { type: 'message', ...by, kind: 'action', target, text: rest };
  return {
    type: 'ctcp',
    ...by,
    target,
    command: command.toUpperCase(),
    text: rest,
    reply: kind === 'notice',
  };
};

const join: Reading = ({ standing, by, live, params: [channel = '', account, realname] }) => {
  const { roster } = standing;
  if (live) {
    if (by.self) roster.enter(channel);
    const state = roster.channel(channel);
    if (state !== undefined) {
      roster.add(state, by.from, '');
      const user = roster.user(by.from.nick);
      // extended-join: `*` stands for no account.
      if (user !== undefined && account !== undefined) user.account = accountOf(account);
      if (user !== undefined && realname !== undefined) user.realname = realname;
    }
  }
  return { type: 'join', ...by, channel };
};

/** Takes a nick out of a channel: this client's own ends the channel. */
function remove(standing: Standing, channel: string, nick: string): void {
  const state = standing.roster.channel(channel);
  if (same(standing, nick, standing.nick)) standing.roster.leave(channel);
  else if (state !== undefined) standing.roster.remove(state, nick);
}

const standard: Reading = ({ message, base, params }) => ({
  type: 'standard',
  ...base,
  severity: message.command as 'FAIL' | 'WARN' | 'NOTE',
  command: params[0] ?? '',
  code: params[1] ?? '',
  context: params.slice(2, -1),
  text: params.at(-1) ?? '',
});

function accountOf(account: string): string | undefined {
  return account === '*' || account === '0' ? undefined : account;
}

/** What a message does that has an event of its own, or tells something. */
const READINGS: Readonly<Record<string, Reading>> = Object.assign(Object.create(null), {
  PRIVMSG: text,
  NOTICE: text,
  TAGMSG: ({ by, params: [target = ''] }) => ({ type: 'tagmsg', ...by, target }),
  JOIN: join,
  PART: ({ standing, by, live, params: [channel = '', reason = ''] }) => {
    if (live) remove(standing, channel, by.from.nick);
    return { type: 'part', ...by, channel, reason };
  },
  KICK: ({ standing, by, live, params: [channel = '', nick = '', reason = ''] }) => {
    if (live) remove(standing, channel, nick);
    return { type: 'kick', ...by, channel, nick, reason, me: same(standing, nick, standing.nick) };
  },
  QUIT: ({ standing, by, live, params: [reason = ''] }) => {
    const channels = live && !by.self ? standing.roster.quit(by.from.nick) : [];
    return { type: 'quit', ...by, reason, channels };
  },
  NICK: ({ standing, by, live, params: [nick = ''] }) => {
    if (live) {
      standing.roster.rename(by.from.nick, nick);
      if (by.self) standing.nick = nick;
    }
    return { type: 'nick', ...by, nick };
  },
  INVITE: ({ by, params: [nick = '', channel = ''] }) => ({ type: 'invite', ...by, nick, channel }),
  TOPIC: ({ standing, by, live, params: [channel = '', topic = ''] }) => {
    const state = standing.roster.channel(channel);
    if (live && state !== undefined) state.topic = topic;
    return { type: 'topic', ...by, channel, topic };
  },
  MODE: ({ standing, by, live, params: [target = '', ...params] }) => ({
    type: 'mode',
    ...by,
    target,
    changes: standing.roster.modes(target, params, live),
  }),
  ACCOUNT: ({ standing, by, live, params: [name = '*'] }) => {
    const account = accountOf(name);
    const user = standing.roster.user(by.from.nick);
    if (live && user !== undefined) user.account = account;
    if (live && by.self) standing.account = account;
    return { type: 'account', ...by, account };
  },
  AWAY: ({ standing, by, live, params: [away] }) => {
    const user = standing.roster.user(by.from.nick);
    if (live && user !== undefined) user.away = away;
    return { type: 'away', ...by, away };
  },
  CHGHOST: ({ standing, by, live, params: [user = '', host = ''] }) => {
    if (live) learn(standing, { ...by.from, user, host }, by.self, undefined);
    return { type: 'chghost', ...by, user, host };
  },
  SETNAME: ({ standing, by, live, params: [realname = ''] }) => {
    const user = standing.roster.user(by.from.nick);
    if (live && user !== undefined) user.realname = realname;
    return { type: 'setname', ...by, realname };
  },
  FAIL: standard,
  WARN: standard,
  NOTE: standard,
  ERROR: ({ base, params }) => ({
    type: 'error',
    ...base,
    server: { code: 'ERROR', message: params.at(-1) ?? '' },
  }),
  '005': ({ standing, params }) => standing.isupport.add(params.slice(1, -1)),
  '324': ({ standing, params }) => {
    standing.roster.modes(params[1] ?? '', params.slice(2), true);
  },
  '331': ({ standing, params }) => setTopic(standing, params[1], ''),
  '332': ({ standing, params }) => setTopic(standing, params[1], params[2]),
  '352': ({ standing, params: [, , user = '', host = '', , nick = '', flags = '', words = ''] }) => {
    const known = standing.roster.user(nick);
    if (known === undefined) return;
    known.user = user;
    known.host = host;
    known.realname = words.slice(words.indexOf(' ') + 1);
    if (!flags.startsWith('G')) known.away = undefined;
    else known.away ??= '';
  },
  '353': ({ standing, message }) => standing.roster.list(message),
  '366': ({ standing, base, params: [, channel = ''] }) => {
    standing.roster.listed(channel);
    return { type: 'names', ...base, channel };
  },
  '396': ({ standing, params: [, visible = ''] }) => {
    const at = visible.indexOf('@');
    if (at >= 0) standing.user = visible.slice(0, at);
    standing.host = visible.slice(at + 1);
  },
  '900': ({ standing, params }) => {
    standing.account = params[2];
  },
  '901': ({ standing }) => {
    standing.account = undefined;
  },
} satisfies Record<string, (one: Case) => unknown>);

function setTopic({ roster }: Standing, name = '', topic = ''): void {
  const channel = roster.channel(name);
  if (channel !== undefined) channel.topic = topic;
}
