// Turns messages into events, and keeps channels, users and this client's own state current. Messages that a history
// replays change nothing.

import type { IrcEvent, Message, Source, User } from '../types.ts';
import { splitOnce, splitWords } from '../wire/fields.ts';
import { parseSource } from '../wire/names/mask.ts';
import type { ChannelTracker } from './channels/channel-tracker.ts';
import type { Isupport } from './channels/isupport.ts';

/** What a session knows about its own user and its channels. */
export interface SelfState {
  /** This client's nick. */
  nick: string;
  /** This client's user and host as others see them. Empty until the server tells. */
  user: string;
  host: string;
  /** The services account that this client is logged in to. */
  account: string | undefined;
  readonly isupport: Isupport;
  readonly tracker: ChannelTracker;
}

/** The members of every event. */
interface EventBase {
  readonly time: number;
  readonly message: Message;
}

/** A message that becomes an event, with what its handler needs. */
interface MessageContext {
  readonly self: SelfState;
  readonly tracker: ChannelTracker;
  readonly base: EventBase;
  /** The members of every event that a user or a server caused. */
  readonly by: EventBase & { readonly from: Source; readonly self: boolean };
  /** Whether it happens now, and is no replayed history. */
  readonly live: boolean;
  /** The user who caused it, if it happens now and the user is known. */
  readonly user: ReturnType<ChannelTracker['user']>;
  readonly params: readonly string[];
}

type Handler = (context: MessageContext) => IrcEvent | undefined;

/** Begins and ends a CTCP message. */
const CTCP = '\x01';

/**
 * Makes the event of a message.
 * @param now The time of messages without the tag `time`.
 * @param live Whether it happens now; false for a message that a history replays, which changes nothing.
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
  const context = { self, tracker, base, by, live, user, params };
  if (live) updateSource(context, from, tags.account);
  return HANDLERS[command]?.(context) ?? { type: 'other', ...base, command, params };
}

/**
 * A handler for messages with a source.
 * @param names The names of the event's members that are the message's parameters, in order.
 * @param change Updates the state, and returns further members of the event.
 */
function fromUser(
  type: IrcEvent['type'],
  names: string,
  change?: (context: MessageContext) => unknown,
): Handler {
  const members = splitWords(names);
  return (context) => {
    const event: Record<string, unknown> = { type, ...context.by };
    for (let at = 0; at < members.length; at++) event[members[at] ?? ''] = context.params[at] ?? '';
    // `type` says which members these are.
    return Object.assign(event, change?.(context)) as unknown as IrcEvent;
  };
}

/** Keeps what a source and the tag `account` tell about the sender. */
function updateSource(
  { self, user, by }: MessageContext,
  { user: name, host }: Source,
  account?: string,
): void {
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

const text: Handler = ({ by, params: [target = '', words = ''] }) => {
  const kind = by.message.command === 'NOTICE' ? 'notice' : 'privmsg';
  const base = { ...by, target };
  if (!words.startsWith(CTCP) || words.length < 2) return { type: 'message', ...base, kind, text: words };
  // The delimiter at the end is often missing, because a server has truncated the line.
  const [command, rest] = splitOnce(words.slice(1, words.endsWith(CTCP) ? -1 : undefined), ' ');
  if (command === 'ACTION') return { type: 'message', ...base, kind: 'action', text: rest };
  return {
    type: 'ctcp',
    ...base,
    command: command.toUpperCase(),
    text: rest,
    reply: kind === 'notice',
  };
};

const standard: Handler = ({ base, params }) => ({
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

function join({ tracker, by, live, params: [channel = '', account, realname] }: MessageContext): void {
  if (!live) return;
  if (by.self) tracker.enter(channel);
  const user = tracker.add(tracker.channel(channel), by.from, '');
  // extended-join: `*` stands for no account.
  if (user !== undefined && account !== undefined) user.account = accountOf(account);
  if (user !== undefined && realname !== undefined) user.realname = realname;
}

/** Removes a nick from a channel; this client's own nick removes the channel. @returns Whether it was this client's. */
function remove({ tracker, self, live, params: [channel = ''] }: MessageContext, nick: string): boolean {
  const me = tracker.same(nick, self.nick);
  if (live && me) tracker.leave(channel);
  else if (live) tracker.remove(tracker.channel(channel), nick);
  return me;
}

function setTopic(tracker: ChannelTracker, name = '', topic = ''): void {
  const channel = tracker.channel(name);
  if (channel !== undefined) channel.topic = topic;
}

/** Updates a user who is known. @returns What was told. */
function updateUser<T extends Partial<User>>(user: User | undefined, news: T): T {
  if (user !== undefined) Object.assign(user, news);
  return news;
}

/** The handlers of messages that have an event of their own, or change what is known. */
const HANDLERS: Readonly<Record<string, Handler>> = Object.assign(Object.create(null), {
  TAGMSG: fromUser('tagmsg', 'target'),
  JOIN: fromUser('join', 'channel', join),
  PART: fromUser('part', 'channel reason', (context) => void remove(context, context.by.from.nick)),
  KICK: fromUser('kick', 'channel nick reason', (context) => ({
    me: remove(context, context.params[1] ?? ''),
  })),
  QUIT: fromUser('quit', 'reason', ({ tracker, by, live }) => ({
    channels: live && !by.self ? tracker.quit(by.from.nick) : [],
  })),
  NICK: fromUser('nick', 'nick', ({ self, tracker, by, live, params: [nick = ''] }) => {
    if (live) tracker.rename(by.from.nick, nick);
    if (live && by.self) self.nick = nick;
  }),
  INVITE: fromUser('invite', 'nick channel'),
  TOPIC: fromUser('topic', 'channel topic', ({ tracker, live, params }) => {
    if (live) setTopic(tracker, params[0], params[1]);
  }),
  MODE: fromUser('mode', 'target', ({ tracker, live, params: [target = '', ...params] }) => ({
    changes: tracker.modes(target, params, live),
  })),
  ACCOUNT: fromUser('account', '', ({ self, by, live, user, params: [name = '*'] }) => {
    const account = accountOf(name);
    if (live && by.self) self.account = account;
    return updateUser(user, { account });
  }),
  AWAY: fromUser('away', '', ({ user, params: [away] }) => updateUser(user, { away })),
  CHGHOST: fromUser('chghost', 'user host', (context) => {
    const [user = '', host = ''] = context.params;
    if (context.live) updateSource(context, { nick: '', user, host });
  }),
  SETNAME: fromUser('setname', '', ({ user, params: [realname = ''] }) => updateUser(user, { realname })),
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
    updateUser(known, { user, host, away, realname: splitOnce(words, ' ')[1] });
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
} satisfies Record<string, (context: MessageContext) => unknown>);
