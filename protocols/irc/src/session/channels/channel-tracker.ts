// The channels that this client is in, and the users in them, kept current from the server's messages, up to a limit.

import { limitError } from '../../errors.ts';
import type { Channel, Member, ModeChange, Source, User } from '../../types.ts';
import { readNames } from '../../wire/names/names-reply.ts';
import type { Isupport } from './isupport.ts';

/** A type whose members may be assigned. */
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface ChannelState extends Mutable<Channel> {
  readonly members: Map<string, Mutable<Member>>;
  readonly modes: Map<string, string>;
  /** While a list of members is received: the keys of the members in it. */
  listed: Set<string> | undefined;
}

/** The channels and users of one connection. */
export class ChannelTracker {
  readonly channels: Map<string, ChannelState> = new Map();
  readonly #users: Map<string, Mutable<User>> = new Map();
  readonly #isupport: Isupport;
  readonly #maxUsers: number;

  /** @param maxUsers How many users and channels are kept. */
  constructor(isupport: Isupport, maxUsers: number) {
    this.#isupport = isupport;
    this.#maxUsers = maxUsers;
  }

  /** A channel that this client is in. */
  channel(name: string): ChannelState | undefined {
    return this.channels.get(this.#isupport.fold(name));
  }

  /** A user who shares a channel with this client. */
  user(nick: string): Mutable<User> | undefined {
    return this.#users.get(this.#isupport.fold(nick));
  }

  /** Whether the server takes two names for the same. */
  same(one: string, other: string): boolean {
    return this.#isupport.fold(one) === this.#isupport.fold(other);
  }

  /** Makes all keys anew: a later 005 has changed CASEMAPPING. */
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

  /** Adds a member to a channel, or updates it. @returns The user. @throws FairleadError `limit`. */
  add(
    channel: ChannelState | undefined,
    { nick, user, host }: Source,
    modes: string,
  ): Mutable<User> | undefined {
    if (channel === undefined) return undefined;
    const key = this.#isupport.fold(nick);
    let known = this.#users.get(key);
    if (known === undefined) {
      this.#checkRoom(this.#users);
      known = { nick, user, host, account: undefined, realname: undefined, away: undefined };
      this.#users.set(key, known);
    }
    // NAMES without userhost-in-names tells the nick alone.
    if (host !== '') Object.assign(known, { user, host });
    const member = channel.members.get(key);
    if (member === undefined) channel.members.set(key, { user: known, modes });
    else member.modes = modes;
    channel.listed?.add(key);
    return known;
  }

  /** Removes a member from a channel. */
  remove(channel: ChannelState | undefined, nick: string): void {
    const key = this.#isupport.fold(nick);
    if (channel?.members.delete(key)) this.#forget(key);
  }

  /** Removes a user from all channels. @returns The names of those channels. */
  quit(nick: string): string[] {
    const key = this.#isupport.fold(nick);
    this.#users.delete(key);
    return [...this.channels.values()].filter(({ members }) => members.delete(key)).map(({ name }) => name);
  }

  /** A user has changed the nick. */
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

  /** Takes the parameters of RPL_NAMREPLY (353). */
  list([, , name = '', list = '']: readonly string[]): void {
    const channel = this.channel(name);
    if (channel === undefined) return;
    channel.listed ??= new Set();
    for (const entry of readNames(list, this.#isupport.prefixes)) this.add(channel, entry, entry.modes);
  }

  /** Takes RPL_ENDOFNAMES (366): removes the members who were not in the list. */
  listed(name: string): void {
    const channel = this.channel(name);
    if (channel?.listed === undefined) return;
    for (const key of [...channel.members.keys()]) {
      if (!channel.listed.has(key)) this.remove(channel, key);
    }
    channel.listed = undefined;
    channel.complete = true;
  }

  /** Reads the parameters of a MODE. @param live Whether they are applied to the channel. */
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

  /** Removes a user who shares no channel with this client any more. */
  #forget(key: string): void {
    for (const { members } of this.channels.values()) if (members.has(key)) return;
    this.#users.delete(key);
  }
}
