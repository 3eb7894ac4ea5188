// What a message means: it brings the channels up to date and makes the event of it. What a history replays changes nothing.

import type { IrcEvent, Message, Source, User } from '../types.ts';
import { splitOnce, splitWords } from '../wire/fields.ts';
import { parseSource } from '../wire/mask.ts';
import type { ChannelTracker } from './channels/channel-tracker.ts';
import type { Isupport } from './channels/isupport.ts';

/** What a session knows of itself and of its channels. */
export interface SelfState {
  nick: string;
  /** This client's user and host as others see them; empty until the server tells. */
  user: string;
  host: string;
  /** The services account that this client is logged in to. */
  account: string | undefined;
  readonly isupport: Isupport;
  readonly tracker: ChannelTracker;
}

/** What every event has. */
interface Base {
  readonly time: number;
  readonly message: Message;
}

/** One message on its way to become an event. */
interface Case {
  readonly self: SelfState;
  readonly tracker: ChannelTracker;
  readonly base: Base;
  /** What every event has that somebody caused. */
  readonly by: Base & { readonly from: Source; readonly self: boolean };
  /** Whether it happens now, and is not told of the past. */
  readonly live: boolean;
  /** Who caused it, where it happens now and they are known. */
  readonly user: ReturnType<ChannelTracker['user']>;
  readonly params: readonly string[];
}

type Reading = (one: Case) => IrcEvent | undefined;

/** Begins and ends a CTCP message. */
const CTCP = '\x01';

/**
 * The event of a message.
 * @param now For messages that do not say when they were.
 * @param live Whether it changes what is known; false for what a history replays.
 * @throws FairleadError `limit`.
 */
export function interpret(self: SelfState, message: Message, now: number, live: boolean): IrcEvent {
  const { command, params, tags } = message;
  const { tracker, nick } = self;
  const from = parseSource(message.source);
  const stamp = tags.time === undefined ? Number.NaN : Date.parse(tags.time);
  const base = { time: Number.isNaN(stamp) ? now : stamp, message };
  const by = { ...base, from, self: from.nick !== '' && tracker.same(from.nick, nick) };
  const user = live ? tracker.user(from.nick) : undefined;
  const one = { self, tracker, base, by, live, user, params };
  if (live) learn(one, from, tags.account);
  return READINGS[command]?.(one) ?? { type: 'other', ...base, command, params };
}

/**
 * Reads what somebody does.
 * @param names The event's members that are the parameters, in order.
 * @param change What it changes; what that gives are further members.
 */
function deed(type: IrcEvent['type'], names: string, change?: (one: Case) => unknown): Reading {
  const members = splitWords(names);
  return (one) => {
    const event: Record<string, unknown> = { type, ...one.by };
    for (let at = 0; at < members.length; at++) event[members[at] ?? ''] = one.params[at] ?? '';
    // `type` says which members these are.
    return Object.assign(event, change?.(one)) as unknown as IrcEvent;
  };
}

/** A source and the tag `account` tell of whoever sends. */
function learn({ self, user, by }: Case, { user: name, host }: Source, account?: string): void {
  if (host === '') return;
  if (by.self) {
    self.user = name;
    self.host = host;
  }
  if (user === undefined) return;
  user.user = name;
  user.host = host;
  if (account !== undefined) user.account = account;
}

const text: Reading = ({ by, params: [target = '', words = ''] }) => {
  const kind = by.message.command === 'NOTICE' ? 'notice' : 'privmsg';
  const base = { ...by, target };
  if (!words.startsWith(CTCP) || words.length < 2) return { type: 'message', ...base, kind, text: words };
  // The delimiter at the end is often missing where a server cuts a line.
  const [command, rest] = splitOnce(words.slice(1, words.endsWith(CTCP) ? -1 : undefined), ' ');
  if (command === 'ACTION') return { type: 'message', ...base, kind: 'action', text: rest };
  return { type: 'ctcp', ...base, command: command.toUpperCase(), text: rest, reply: kind === 'notice' };
};

const standard: Reading = ({ base, params }) => ({
  type: 'standard',
  ...base,
  severity: base.message.command as 'FAIL' | 'WARN' | 'NOTE',
  command: params[0] ?? '',
  code: params[1] ?? '',
  context: params.slice(2, -1),
  text: params.at(-1) ?? '',
});

function accountOf(account: string): string | undefined {
  return account === '*' || account === '0' ? undefined : account;
}

function join({ tracker, by, live, params: [channel = '', account, realname] }: Case): void {
  if (!live) return;
  if (by.self) tracker.enter(channel);
  const user = tracker.add(tracker.channel(channel), by.from, '');
  // extended-join: `*` stands for no account.
  if (user !== undefined && account !== undefined) user.account = accountOf(account);
  if (user !== undefined && realname !== undefined) user.realname = realname;
}

/** Takes a nick out of a channel: this client's own ends the channel. @returns Whether it was its own. */
function remove({ tracker, self, live, params: [channel = ''] }: Case, nick: string): boolean {
  const me = tracker.same(nick, self.nick);
  if (live && me) tracker.leave(channel);
  else if (live) tracker.remove(tracker.channel(channel), nick);
  return me;
}

function setTopic(tracker: ChannelTracker, name = '', topic = ''): void {
  const channel = tracker.channel(name);
  if (channel !== undefined) channel.topic = topic;
}

/** Keeps what is told of somebody who is known. */
function tell<T extends Partial<User>>(user: User | undefined, news: T): T {
  if (user !== undefined) Object.assign(user, news);
  return news;
}

/** What a message does that has an event of its own, or tells something. */
const READINGS: Readonly<Record<string, Reading>> = Object.assign(Object.create(null), {
  TAGMSG: deed('tagmsg', 'target'),
  JOIN: deed('join', 'channel', join),
  PART: deed('part', 'channel reason', (one) => void remove(one, one.by.from.nick)),
  KICK: deed('kick', 'channel nick reason', (one) => ({ me: remove(one, one.params[1] ?? '') })),
  QUIT: deed('quit', 'reason', ({ tracker, by, live }) => ({
    channels: live && !by.self ? tracker.quit(by.from.nick) : [],
  })),
  NICK: deed('nick', 'nick', ({ self, tracker, by, live, params: [nick = ''] }) => {
    if (live) tracker.rename(by.from.nick, nick);
    if (live && by.self) self.nick = nick;
  }),
  INVITE: deed('invite', 'nick channel'),
  TOPIC: deed('topic', 'channel topic', ({ tracker, live, params }) => {
    if (live) setTopic(tracker, params[0], params[1]);
  }),
  MODE: deed('mode', 'target', ({ tracker, live, params: [target = '', ...params] }) => ({
    changes: tracker.modes(target, params, live),
  })),
  ACCOUNT: deed('account', '', ({ self, by, live, user, params: [name = '*'] }) => {
    const account = accountOf(name);
    if (live && by.self) self.account = account;
    return tell(user, { account });
  }),
  AWAY: deed('away', '', ({ user, params: [away] }) => tell(user, { away })),
  CHGHOST: deed('chghost', 'user host', (one) => {
    const [user = '', host = ''] = one.params;
    if (one.live) learn(one, { nick: '', user, host });
  }),
  SETNAME: deed('setname', '', ({ user, params: [realname = ''] }) => tell(user, { realname })),
  PRIVMSG: text,
  NOTICE: text,
  FAIL: standard,
  WARN: standard,
  NOTE: standard,
  ERROR: ({ base, params }) => ({
    type: 'error',
    ...base,
    server: { code: 'ERROR', message: params.at(-1) ?? '' },
  }),
  '005': ({ self: { isupport, tracker }, params }) => {
    const mapping = isupport.tokens.get('CASEMAPPING');
    isupport.add(params.slice(1, -1));
    if (isupport.tokens.get('CASEMAPPING') !== mapping) tracker.refold();
  },
  '324': ({ tracker, params: [, name = '', ...modes] }) => void tracker.modes(name, modes, true),
  '331': ({ tracker, params }) => setTopic(tracker, params[1]),
  '332': ({ tracker, params }) => setTopic(tracker, params[1], params[2]),
  '352': ({ tracker, params: [, , user = '', host = '', , nick = '', flags = '', words = ''] }) => {
    const known = tracker.user(nick);
    const away = flags.startsWith('G') ? (known?.away ?? '') : undefined;
    tell(known, { user, host, away, realname: splitOnce(words, ' ')[1] });
  },
  '353': ({ tracker, params }) => tracker.list(params),
  '366': ({ tracker, base, params: [, channel = ''] }) => {
    tracker.listed(channel);
    return { type: 'names', ...base, channel };
  },
  '396': ({ self, params: [, visible = ''] }) => {
    const [, user = self.user, host = ''] = /^(?:(.*?)@)?(.*)$/.exec(visible) ?? [];
    Object.assign(self, { user, host });
  },
  '900': ({ self, params }) => {
    self.account = params[2];
  },
  '901': ({ self }) => {
    self.account = undefined;
  },
} satisfies Record<string, (one: Case) => unknown>);
