// Who is in which channel, kept current from what the server says. It trusts no number of users: there is a cap.

import { limitError } from '../../errors.ts';
import type { Channel, Member, ModeChange, Source, User } from '../../types.ts';
import { splitWords } from '../../wire/fields.ts';
import { parseSource } from '../../wire/mask.ts';
import type { Isupport } from './isupport.ts';

/** A type whose members may be assigned. */
type Open<T> = { -readonly [K in keyof T]: T[K] };

interface ChannelState extends Open<Channel> {
  readonly members: Map<string, Open<Member>>;
  readonly modes: Map<string, string>;
  /** While a list of members comes: those that were in it. */
  listed: Set<string> | undefined;
}

/** The channels of one connection, and the users in them. */
export class ChannelTracker {
  readonly channels: Map<string, ChannelState> = new Map();
  readonly #users: Map<string, Open<User>> = new Map();
  readonly #isupport: Isupport;
  readonly #maxUsers: number;

  /** @param maxUsers How many users and channels are kept. */
  constructor(isupport: Isupport, maxUsers: number) {
    this.#isupport = isupport;
    this.#maxUsers = maxUsers;
  }

  channel(name: string): ChannelState | undefined {
    return this.channels.get(this.#isupport.fold(name));
  }

  /** What is known of somebody who shares a channel with this client. */
  user(nick: string): Open<User> | undefined {
    return this.#users.get(this.#isupport.fold(nick));
  }

  /** Whether two names are the same to the server. */
  same(one: string, other: string): boolean {
    return this.#isupport.fold(one) === this.#isupport.fold(other);
  }

  /** The server folds names otherwise from now on (a later 005): what is known gets its keys anew. */
  refold(): void {
    const channels = [...this.channels.values()];
    const users = [...this.#users.values()];
    this.channels.clear();
    this.#users.clear();
    for (const user of users) this.#users.set(this.#isupport.fold(user.nick), user);
    for (const channel of channels) {
      this.channels.set(this.#isupport.fold(channel.name), channel);
      const listed = channel.listed && new Set<string>();
      const members = [...channel.members];
      channel.members.clear();
      for (const [key, member] of members) {
        const folded = this.#isupport.fold(member.user.nick);
        channel.members.set(folded, member);
        if (channel.listed?.has(key)) listed?.add(folded);
      }
      channel.listed = listed;
    }
  }

  /** This client has joined. @throws FairleadError `limit`. */
  enter(name: string): void {
    this.#checkRoom(this.channels);
    this.channels.set(this.#isupport.fold(name), {
      name,
      topic: '',
      members: new Map(),
      modes: new Map(),
      complete: false,
      listed: undefined,
    });
  }

  /** This client has left. */
  leave(name: string): void {
    const channel = this.channel(name);
    this.channels.delete(this.#isupport.fold(name));
    for (const key of channel?.members.keys() ?? []) this.#forget(key);
  }

  /** Somebody is in a channel, if it is one of this client's. @throws FairleadError `limit`. */
  add(
    channel: ChannelState | undefined,
    { nick, user, host }: Source,
    modes: string,
  ): Open<User> | undefined {
    if (channel === undefined) return undefined;
    const key = this.#isupport.fold(nick);
    let known = this.#users.get(key);
    if (known === undefined) {
      this.#checkRoom(this.#users);
      known = { nick, user, host, account: undefined, realname: undefined, away: undefined };
      this.#users.set(key, known);
    }
    // A plain NAMES tells the nick alone.
    if (host !== '') Object.assign(known, { user, host });
    const member = channel.members.get(key);
    if (member === undefined) channel.members.set(key, { user: known, modes });
    else member.modes = modes;
    channel.listed?.add(key);
    return known;
  }

  /** Somebody has left a channel. */
  remove(channel: ChannelState | undefined, nick: string): void {
    const key = this.#isupport.fold(nick);
    if (channel?.members.delete(key)) this.#forget(key);
  }

  /** Somebody has left the network. @returns The channels that they were in. */
  quit(nick: string): string[] {
    const key = this.#isupport.fold(nick);
    this.#users.delete(key);
    return [...this.channels.values()].filter(({ members }) => members.delete(key)).map(({ name }) => name);
  }

  rename(nick: string, to: string): void {
    const key = this.#isupport.fold(nick);
    const next = this.#isupport.fold(to);
    const user = this.#users.get(key);
    if (user === undefined) return;
    user.nick = to;
    if (key === next) return;
    this.#users.delete(key);
    this.#users.set(next, user);
    for (const { members } of this.channels.values()) {
      const member = members.get(key);
      if (member === undefined) continue;
      members.delete(key);
      members.set(next, member);
    }
  }

  /** Takes RPL_NAMREPLY: signs before the nick (multi-prefix), maybe user and host behind it (userhost-in-names). */
  list([, , name = '', list = '']: readonly string[]): void {
    const channel = this.channel(name);
    if (channel === undefined) return;
    const { modes, signs } = this.#isupport.prefixes;
    channel.listed ??= new Set();
    for (const entry of splitWords(list)) {
      let at = 0;
      let held = '';
      for (; at < entry.length && signs.includes(entry.charAt(at)); at++) {
        held += modes.charAt(signs.indexOf(entry.charAt(at)));
      }
      if (at < entry.length) this.add(channel, parseSource(entry.slice(at)), held);
    }
  }

  /** Takes RPL_ENDOFNAMES: who was not in the list is not in the channel. */
  listed(name: string): void {
    const channel = this.channel(name);
    if (channel?.listed === undefined) return;
    for (const key of [...channel.members.keys()]) {
      if (!channel.listed.has(key)) this.remove(channel, key);
    }
    channel.listed = undefined;
    channel.complete = true;
  }

  /** Reads the parameters of a MODE. @param live Whether they are applied, where they are a channel's. */
  modes(target: string, [flags = '', ...params]: readonly string[], live: boolean): ModeChange[] {
    const isChannel = this.#isupport.isChannel(target);
    const channel = live ? this.channel(target) : undefined;
    const changes: ModeChange[] = [];
    let adding = true;
    for (const mode of flags) {
      if (mode === '+' || mode === '-') {
        adding = mode === '+';
        continue;
      }
      const kind = isChannel ? this.#isupport.kindOf(mode) : 'never';
      const takes = kind !== 'never' && (kind !== 'set' || adding);
      const param = takes ? params.shift() : undefined;
      changes.push({ adding, mode, param });
      if (channel === undefined || kind === 'list') continue;
      if (kind === 'prefix') this.#promote(channel, param ?? '', mode, adding);
      else if (adding) channel.modes.set(mode, param ?? '');
      else channel.modes.delete(mode);
    }
    return changes;
  }

  #promote(channel: ChannelState, nick: string, mode: string, adding: boolean): void {
    const member = channel.members.get(this.#isupport.fold(nick));
    if (member === undefined) return;
    const held = (one: string): boolean => (one === mode ? adding : member.modes.includes(one));
    member.modes = [...this.#isupport.prefixes.modes].filter(held).join('');
  }

  #checkRoom({ size }: ReadonlyMap<string, unknown>): void {
    if (size >= this.#maxUsers) throw limitError('maxUsers', this.#maxUsers);
  }

  /** Lets go of a user who shares no channel any more. */
  #forget(key: string): void {
    for (const { members } of this.channels.values()) if (members.has(key)) return;
    this.#users.delete(key);
  }
}
