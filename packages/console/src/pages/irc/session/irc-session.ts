// The chat's connection: opened, opened again when it breaks, its events taken into the chat, history read where the server has it.
import { type ReadonlySignal, signal } from '@preact/signals';
import { isLasting, retryDelayMs } from '../../../session/calls/attempts.ts';
import type { Caller } from '../../../session/calls/caller.ts';
import { Drawing } from '../../../ui/live/drawing.ts';
import { Chat, OWN_ID } from '../chat/chat.ts';
import type { Conversation } from '../chat/conversation.ts';
import type { ChannelJson, ChatEvent } from '../chat/events.ts';
import { type Answer, type Command, IrcSocket } from './irc-socket.ts';
import { refusalOf } from './refusal.ts';

/** `waiting`: for the next attempt. */
export type SessionState = 'off' | 'connecting' | 'live' | 'waiting';

/** Lines of the past that are read at once. */
const HISTORY = 50;
/** A clock of the gateway may be behind this one's. */
const CLOCKS_MS = 60_000;

/** What is wanted of a session, and survives its end. */
export interface Wanted {
  /** Empty: the connection's own. */
  readonly nick: string;
  readonly channels: readonly string[];
}

/** The session of one tab. */
export class IrcSession {
  readonly chat: Chat = new Chat();
  readonly #caller: Caller;
  readonly #state = signal<SessionState>('off');
  readonly #error = signal<unknown>(undefined);
  readonly #drawing = new Drawing();
  readonly #onJoined: (channels: readonly string[]) => void;
  #wanted: Wanted = { nick: '', channels: [] };
  #socket: IrcSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempts = 0;

  /** @param onJoined Is told the channels whenever they change, to be kept. */
  constructor(caller: Caller, onJoined: (channels: readonly string[]) => void) {
    this.#caller = caller;
    this.#onJoined = onJoined;
  }

  get state(): ReadonlySignal<SessionState> {
    return this.#state;
  }

  /** Why it ended, or waits; undefined where nothing failed. */
  get error(): ReadonlySignal<unknown> {
    return this.#error;
  }

  /** Changes when the chat is to be drawn again. */
  get drawn(): ReadonlySignal<number> {
    return this.#drawing.turn;
  }

  /** Draws what was changed from outside. */
  redraw(): void {
    this.#drawing.now();
  }

  /** Connects. */
  start(wanted: Wanted): void {
    this.stop();
    this.#wanted = wanted;
    this.#attempts = 0;
    this.#open();
  }

  /** Makes the next attempt at once. */
  retryNow(): void {
    clearTimeout(this.#timer);
    if (this.#state.peek() === 'waiting') this.#open();
  }

  /** Leaves: the gateway tells the server QUIT. What was said stays on the page. */
  stop(): void {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
    this.#state.value = 'off';
    this.#error.value = undefined;
    for (const each of this.chat.conversations.values()) if (each.kind === 'channel') each.isJoined = false;
    this.#drawing.now();
  }

  /** Sends a command. @throws FairleadProblem */
  async ask(command: Command): Promise<Answer> {
    if (this.#socket === undefined) throw new Error('Not connected: connect first.');
    const answer = await this.#socket.ask(command);
    this.#drawing.soon();
    return answer;
  }

  /** Reads lines before those that are there. @returns How many there were. */
  async readOlder(conversation: Conversation): Promise<number> {
    const [oldest] = conversation.lines.filter(({ kind }) => kind !== 'event' && kind !== 'problem');
    // Messages of one moment are told apart by their ids alone.
    const point = oldest?.id.startsWith(OWN_ID) ? { time: oldest.time } : { id: oldest?.id };
    const before = oldest === undefined ? {} : { before: point };
    const read = await this.#history(conversation, before);
    conversation.mayHaveOlder = read > 0;
    this.#drawing.now();
    return read;
  }

  #open(): void {
    this.#state.value = 'connecting';
    const since = Date.now() - CLOCKS_MS;
    let isReady = false;
    const opened = this.#caller.socket('/irc/session', { channel: this.#wanted.channels });
    const socket = new IrcSocket(opened, {
      event: (event) => {
        if (this.#socket !== socket) return;
        isReady ||= event.event === 'ready';
        this.#take(event);
      },
      ended: (reason) => {
        if (this.#socket !== socket) return;
        this.#socket = undefined;
        if (isReady || reason !== undefined) this.#fail(reason ?? new Error('The connection broke.'));
        else void this.#refused(since);
      },
    });
    this.#socket = socket;
  }

  #take(event: ChatEvent): void {
    this.chat.take(event);
    if (event.event === 'ready') this.#ready(event.channels);
    const isOwn = 'self' in event && event.self;
    if (event.event === 'join' && isOwn) this.#joined(event.channel);
    if ((event.event === 'part' && isOwn) || (event.event === 'kick' && event.me)) this.#keepChannels();
    const changed = event as { readonly event: string; readonly target?: string; readonly channel?: string };
    if (changed.event === 'names') void this.#refresh(changed.channel);
    if (changed.event === 'mode') void this.#refresh(changed.target);
    this.#drawing.soon();
  }

  #ready(channels: readonly ChannelJson[]): void {
    this.#attempts = 0;
    this.#error.value = undefined;
    this.#state.value = 'live';
    const [first] = channels;
    if (first !== undefined && this.chat.looked.kind === 'server') this.chat.show(first.name);
    const { nick } = this.#wanted;
    if (nick !== '' && nick !== this.chat.nick)
      this.ask({ command: 'nick', nick }).catch((error: unknown) => this.#say(error));
    this.#keepChannels();
  }

  #joined(channel: string): void {
    void this.#latest(this.chat.open(channel));
    this.#keepChannels();
  }

  #keepChannels(): void {
    const channels = this.chat.joined;
    this.#wanted = { ...this.#wanted, channels };
    this.#onJoined(channels);
  }

  /** A nick that was taken on is wanted again after an interruption. */
  keepNick(nick: string): void {
    this.#wanted = { ...this.#wanted, nick };
  }

  async #latest(conversation: Conversation): Promise<void> {
    if (this.chat.hasHistory) await this.#history(conversation, {}).catch(() => 0);
    this.#drawing.soon();
  }

  async #history(conversation: Conversation, which: Answer): Promise<number> {
    const asked = { command: 'history', target: conversation.name, limit: HISTORY, ...which };
    const { events } = await this.ask(asked);
    return conversation.merge(this.chat.linesOf(events as readonly ChatEvent[]));
  }

  /** Asks for a channel's members: modes of members are not followed here. */
  async #refresh(channel: string | undefined): Promise<void> {
    if (channel === undefined || !this.chat.joined.includes(channel)) return;
    const answer = await this.ask({ command: 'channel', channel }).catch(() => undefined);
    if (answer?.channel !== undefined) this.chat.setChannel(answer.channel as ChannelJson);
    this.#drawing.soon();
  }

  #say(error: unknown): void {
    this.chat.note(this.chat.looked, error instanceof Error ? error.message : String(error), 'problem');
    this.#drawing.soon();
  }

  async #refused(since: number): Promise<void> {
    const reason = await refusalOf(this.#caller, since);
    if (this.#state.peek() === 'connecting' && this.#socket === undefined) this.#fail(reason);
  }

  #fail(error: unknown): void {
    this.#error.value = error;
    const isOver = isLasting(error);
    this.#state.value = isOver ? 'off' : 'waiting';
    const delay = retryDelayMs(this.#attempts);
    this.#attempts++;
    if (!isOver) this.#timer = setTimeout(() => this.#open(), delay);
    this.#drawing.now();
  }
}
