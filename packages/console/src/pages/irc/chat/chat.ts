// The whole chat: its conversations, and what each event does to them. It sends nothing and draws nothing.
import { Conversation, type Line, type LineKind } from './conversation.ts';
import type { ChannelJson, ChatEvent, ReadyEvent, Source, TextEvent } from './events.ts';
import { channelOf, fold, isChannel, mentions } from './names.ts';

/** The key of the server's conversation. No nick and no channel is called so. */
export const SERVER = ' server';
/** Begins the ids of lines that the server gave none. A `msgid` holds no space. */
export const OWN_ID = 'here ';
/** Who tells Ergo's history of comings and goings to clients without the capability for them. */
const HISTORIAN = 'HistServ';
/** Conversations that are kept: strangers may open them. */
const MAX_CONVERSATIONS = 200;

let ids = 0;

/** A chat. */
export class Chat {
  /** This client's nick; empty before the first session. */
  nick = '';
  network = '';
  capabilities: ReadonlySet<string> = new Set();
  /** The key of the conversation that is looked at. */
  current: string = SERVER;
  /** By folded name. */
  readonly conversations: Map<string, Conversation> = new Map([
    [SERVER, new Conversation('Server', 'server')],
  ]);

  /** Whether older lines can be read. */
  get hasHistory(): boolean {
    return this.capabilities.has('draft/chathistory') || this.capabilities.has('chathistory');
  }

  /** The channels that this client is in, by name. */
  get joined(): readonly string[] {
    return [...this.conversations.values()]
      .filter(({ kind, isJoined }) => kind === 'channel' && isJoined)
      .map(({ name }) => name);
  }

  /** The conversation with a name, made where there is none. */
  open(name: string): Conversation {
    const key = fold(name);
    const known = this.conversations.get(key);
    if (known !== undefined) return known;
    if (this.conversations.size >= MAX_CONVERSATIONS) return this.server;
    const made = new Conversation(name, isChannel(name) ? 'channel' : 'person');
    this.conversations.set(key, made);
    return made;
  }

  get server(): Conversation {
    // It is made with the chat, and never closed.
    return this.conversations.get(SERVER) ?? new Conversation('Server', 'server');
  }

  /** The one that is looked at. */
  get looked(): Conversation {
    return this.conversations.get(this.current) ?? this.server;
  }

  /** Looks at a conversation: what was unread there is read. */
  show(name: string): void {
    const key = name === SERVER ? SERVER : fold(name);
    if (name !== SERVER) this.open(name);
    this.current = this.conversations.has(key) ? key : SERVER;
    this.looked.unread = 0;
    this.looked.mentions = 0;
  }

  /** Forgets a conversation. */
  close(name: string): void {
    this.conversations.delete(fold(name));
    if (!this.conversations.has(this.current)) this.current = SERVER;
  }

  /** Adds a line of the page itself. */
  note(conversation: Conversation, text: string, kind: LineKind = 'event'): void {
    conversation.add(this.#line(text, kind, Date.now()));
  }

  /** Takes on a channel as the server tells it. */
  setChannel({ name, topic, members }: ChannelJson): Conversation {
    const conversation = this.open(name);
    conversation.isJoined = true;
    conversation.topic = topic;
    conversation.members.clear();
    for (const { nick, modes, away } of members)
      conversation.setMember(fold(nick), { nick, modes, isAway: away !== undefined });
    return conversation;
  }

  /** The lines of a history. What Ergo tells of comings and goings, in the words of a person of its own, is left out. */
  linesOf(events: readonly ChatEvent[]): readonly Line[] {
    return events.flatMap((event) =>
      event.event === 'message' && event.from.nick !== HISTORIAN ? [this.#textLine(event)] : [],
    );
  }

  /** Takes in what happened. */
  take(event: ChatEvent): void {
    switch (event.event) {
      case 'ready':
        this.#ready(event);
        return;
      case 'message':
        this.#text(event);
        return;
      case 'batch':
        // A history comes with the answer to whoever asked for it.
        if (event.batch === 'chathistory') return;
        for (const each of event.events) this.take(each);
        return;
      case 'other':
        this.#other(event.command, event.params, event.time);
        return;
      case 'standard':
        this.server.add(
          this.#line(`${event.severity} ${event.command}: ${event.text}`, 'notice', event.time),
        );
        return;
      default:
        // Events that the page does not know may have nobody who caused them.
        if ('from' in event) this.#change(event);
    }
  }

  #ready({ nick, server, capabilities, channels }: ReadyEvent): void {
    this.nick = nick;
    this.network = server.network || server.name;
    this.capabilities = new Set(capabilities);
    for (const each of this.conversations.values()) if (each.kind === 'channel') each.isJoined = false;
    for (const channel of channels) this.setChannel(channel);
    this.note(this.server, `Connected to ${server.name} (${server.version}) as ${nick}`);
  }

  #text(event: TextEvent): void {
    const conversation = this.#placeOf(event);
    const line = this.#textLine(event);
    if (!conversation.add(line) || event.self || conversation === this.looked) return;
    conversation.unread++;
    if (line.isMention || conversation.kind === 'person') conversation.mentions++;
  }

  #placeOf({ target, from, self }: TextEvent): Conversation {
    const channel = channelOf(target);
    if (isChannel(channel)) return this.open(channel);
    if (self) return this.open(target);
    return from.host === '' || from.nick === '' ? this.server : this.open(from.nick);
  }

  #textLine({ kind, from, text, time, self, tags }: TextEvent): Line {
    ids++;
    const isMention = !self && kind !== 'notice' && mentions(text, this.nick);
    return {
      id: tags?.msgid ?? OWN_ID + ids,
      kind,
      from: from.nick,
      text,
      time,
      isSelf: self,
      isMention,
    };
  }

  #other(command: string, params: readonly string[], time: number): void {
    // Numerics: the first parameter is this client.
    if (!/^\d{3}$/.test(command) || QUIET.has(command)) return;
    this.server.add(this.#line(params.slice(1).join(' '), 'notice', time));
  }

  #change(event: Exclude<ChatEvent, { event: 'ready' | 'message' | 'batch' | 'other' | 'standard' }>): void {
    const { nick } = event.from;
    switch (event.event) {
      case 'join':
        if (event.self) this.open(event.channel).isJoined = true;
        this.#come(event.channel, event.from, event.time);
        return;
      case 'part':
        this.#go(event.channel, nick, `${nick} has left${because(event.reason)}`, event.time, event.self);
        return;
      case 'kick': {
        const words = `${nick} has put ${event.nick} out${because(event.reason)}`;
        this.#go(event.channel, event.nick, words, event.time, event.me);
        return;
      }
      case 'quit':
        for (const channel of event.channels)
          this.#go(channel, nick, `${nick} is gone${because(event.reason)}`, event.time, false);
        return;
      case 'nick':
        this.#rename(nick, event.nick, event.time, event.self);
        return;
      case 'topic': {
        const conversation = this.open(event.channel);
        conversation.topic = event.topic;
        conversation.add(this.#line(`${nick} has set the topic: ${event.topic}`, 'event', event.time));
        return;
      }
      case 'invite':
        this.server.add(
          this.#line(`${nick} invites ${event.nick} to ${event.channel}`, 'notice', event.time),
        );
    }
  }

  #come(channel: string, { nick }: Source, time: number): void {
    const conversation = this.open(channel);
    conversation.setMember(fold(nick), { nick, modes: '', isAway: false });
    conversation.add(this.#line(`${nick} has joined`, 'event', time));
  }

  #go(channel: string, nick: string, words: string, time: number, isMe: boolean): void {
    const conversation = this.conversations.get(fold(channel));
    if (conversation === undefined) return;
    conversation.members.delete(fold(nick));
    conversation.add(this.#line(words, 'event', time));
    if (!isMe) return;
    conversation.isJoined = false;
    conversation.members.clear();
  }

  #rename(from: string, to: string, time: number, isMe: boolean): void {
    if (isMe) this.nick = to;
    for (const conversation of this.conversations.values()) {
      const member = conversation.members.get(fold(from));
      if (member === undefined) continue;
      conversation.members.delete(fold(from));
      conversation.setMember(fold(to), { ...member, nick: to });
      conversation.add(this.#line(`${from} is now ${to}`, 'event', time));
    }
  }

  #line(text: string, kind: LineKind, time: number): Line {
    ids++;
    return { id: OWN_ID + ids, kind, from: '', text, time, isSelf: false, isMention: false };
  }
}

/** Numerics that are shown otherwise, or tell nothing to a person: lists of names and of who, ends of lists, topics. */
const QUIET: ReadonlySet<string> = new Set(
  '005 315 318 324 329 331 332 333 352 353 354 366 396 900 903'.split(' '),
);

function because(reason: string): string {
  return reason === '' ? '' : `: ${reason}`;
}
