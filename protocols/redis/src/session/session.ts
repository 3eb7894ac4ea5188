// The state machine of one connection: commands and received bytes in, bytes to send and settled commands out. It does no
// I/O and knows no clock. Its states are in states.ts.
import { FairleadError } from '@fairlead/errors';
import { discarded, goodbye, protocolError, sameFailure } from '../errors.ts';
import { Decoder } from '../wire/decode/decoder.ts';
import type { Arg, Reply, ReplyLimits, ServerInfo } from '../wire/messages.ts';
import { wordOf, words } from '../wire/words.ts';
import { Handshake, type Login } from './handshake.ts';
import { type Pending, PendingQueue } from './pending-queue.ts';
import { SendBuffer } from './send-buffer.ts';
import { MOVES, type SessionEvent, type State } from './states.ts';

/** Settings of a session. */
export interface SessionOptions extends Login, ReplyLimits {
  /** Bytes of commands that may wait to be sent. Default 67,108,864 (64 MiB). */
  readonly maxQueuedBytes?: number | undefined;
}

/** Takes the server's pushes, whose strings are bytes, and is told of the connection's end. */
export interface PushListener {
  /** Whether an array of RESP2 is a push. */
  owns(reply: Reply): boolean;
  /** Takes a push. @returns Whether it was the last confirmation of `first`, the oldest command that was sent. */
  push(parts: Reply, first: Pending | undefined): boolean;
  /** The connection has ended. */
  end(reason: FairleadError): void;
}

/**
 * Commands that change nothing. Behind a SELECT whose answer is unknown only these are sent: should it fail,
 * they ran on another database, and their replies are thrown away; a write would have done harm.
 */
const HARMLESS = words('GET MGET EXISTS HGET HMGET HGETALL LRANGE XRANGE ZRANGE SMEMBERS PING');

/** How many values an answer of the login may have, however few a reply may. */
const LOGIN_VALUES = 10_000;

/** Rejects a command. */
export type Reject = (pending: Pending, reason: FairleadError) => void;

/** Matches replies to commands strictly in order, and takes care of the login. */
export class Session {
  /** Known once the login was answered. */
  server: ServerInfo | undefined;
  #state: State = 'opened';
  /** Unset until something listens: pushes are dropped then. */
  #listener: PushListener | undefined;
  /** How many channels, patterns and trackings are listened to. */
  #listeners = 0;
  readonly #database: number | undefined;
  readonly #handshake: Handshake;
  readonly #decoder: Decoder;
  readonly #maxValues: number;
  readonly #reject: Reject;
  readonly #queue = new PendingQueue();
  readonly #unsent: SendBuffer;
  /** The login with the commands that may leave behind it, once a command has come that must wait for its answer. */
  #firstWrite: Uint8Array | undefined;

  constructor(options: SessionOptions, reject: Reject) {
    this.#database = options.database;
    this.#handshake = new Handshake(options);
    this.#decoder = new Decoder(options);
    this.#maxValues = this.#decoder.maxValues;
    // The answer to HELLO, which names the server's modules, is no reply that the caller asked for.
    this.#decoder.maxValues = Math.max(this.#maxValues, LOGIN_VALUES);
    this.#reject = reject;
    this.#unsent = new SendBuffer(this.#queue, options.maxQueuedBytes ?? 1 << 26);
    this.#unsent.add(this.#handshake.steps);
  }

  /** Where the connection stands. */
  get state(): State {
    return this.#state;
  }

  /** Whether the server owes a reply. */
  get owed(): boolean {
    return this.#state !== 'opened' && (this.server === undefined || this.#sent(this.#queue.first));
  }

  /** Whether any command is unanswered, sent or not. */
  get busy(): boolean {
    return this.#queue.first !== undefined;
  }

  /** How many more bytes the server has announced; 1 where that is not known. */
  get wanted(): number {
    return this.#decoder.wanted;
  }

  /**
   * Copies the bytes that are not decoded yet: call it before the chunk is overwritten.
   * @returns Where the rest of a long string is to be read into, so that it is not copied.
   */
  lend(): Uint8Array | undefined {
    this.#decoder.keep();
    return this.#decoder.lend(this.wanted);
  }

  /**
   * Takes commands that must leave together.
   * @throws FairleadError `usage` or `limit`; nothing of it is sent then.
   */
  submit(commands: readonly (readonly Arg[])[], pending: Pending): void {
    if (
      this.#state === 'opened' &&
      this.#database &&
      commands.some(([name]) => !HARMLESS.has(wordOf(name)))
    ) {
      this.#firstWrite ??= this.#unsent.take();
    }
    this.#unsent.add(commands, pending);
    this.#queue.push(pending);
  }

  /** The bytes to send now. Call it until it returns `undefined`. */
  output(): Uint8Array | undefined {
    if (this.#state === 'opened') {
      this.#move('send');
      const first = this.#firstWrite;
      this.#firstWrite = undefined;
      return first ?? this.#unsent.take();
    }
    // What comes later waits for the login's answer.
    return this.server !== undefined && this.#unsent.length > 0 ? this.#unsent.take() : undefined;
  }

  /**
   * Takes received bytes and settles the commands that they answer. The bytes must stay unchanged until `lend`.
   * @throws FairleadError `protocol`, `limit`, `auth`, `server`, or `connection_lost` for a goodbye; the connection
   *   must be ended then.
   */
  receive(chunk: Uint8Array): void {
    const decoder = this.#decoder;
    const handshake = this.#handshake;
    decoder.push(chunk);
    for (;;) {
      const { server } = this;
      const listener = this.#listener;
      const { first } = this.#queue;
      const mayPush = server?.protocol === 2 && this.#expectsPushes(first);
      const reply = decoder.next(server !== undefined && (first === undefined || first.asBytes || mayPush));
      if (reply === undefined) break;
      if (decoder.isPush || (mayPush && listener?.owns(reply))) {
        if (listener?.push(reply, this.#sent(first) ? first : undefined)) this.#settle(first, null);
      } else if (this.#state === 'opened') throw unasked(reply);
      else if (server !== undefined) this.#replied(first, reply);
      else {
        handshake.answer(reply);
        if (handshake.steps.length === 0) this.#welcome(handshake.server);
      }
    }
    if (!this.owed) this.#expectQuiet();
  }

  /**
   * The failure of a connection whose server closed it after an error in place of the login's answer, without a reply to
   * the first commands.
   */
  get goodbye(): FairleadError | undefined {
    const { error } = this.#handshake;
    const isFirst = this.server === undefined || this.#queue.first?.write === 0;
    return isFirst && error !== undefined ? goodbye(error) : undefined;
  }

  /** Says that `count` more (or fewer) listen, all through `listener`. */
  listen(listener: PushListener, count: number): void {
    this.#listener = listener;
    this.#listeners += count;
    this.#move(this.#listeners > 0 ? 'listen' : 'unlisten');
  }

  /** Replies that are owed still come; the caller sees to it that no command does. */
  close(): void {
    this.#move('close');
  }

  /** Takes a command back that was not sent. @returns Whether that was possible. */
  cancel(pending: Pending): boolean {
    if (this.#sent(pending)) return false;
    this.#unsent.remove(pending);
    this.#queue.remove(pending);
    return true;
  }

  /** The commands without a reply, oldest first. */
  *unanswered(): Generator<Pending, void, undefined> {
    for (let item = this.#queue.first; item !== undefined; item = item.next) yield item;
  }

  /**
   * Ends it: rejects every pending command for `reason`; where one command is the `culprit`, the others get
   * `connection_lost`. Subscriptions end, too.
   */
  end(reason: FairleadError, culprit?: Pending): void {
    this.#move('end');
    for (let { first } = this.#queue; first !== undefined; { first } = this.#queue) {
      this.#queue.shift();
      const error = first === culprit ? reason : sameFailure(reason, culprit, this.#sent(first));
      this.#reject(first, error);
    }
    this.#listener?.end(reason);
  }

  #move(event: SessionEvent): void {
    this.#state = MOVES[this.#state][event] ?? this.#state;
  }

  #welcome(server: ServerInfo): void {
    this.server = server;
    this.#decoder.maxValues = this.#maxValues;
    this.#move('welcome');
    if (this.#listeners > 0) this.#move('listen');
  }

  /** Whether arrays may be pushes: RESP2 has no type of its own for them. */
  #expectsPushes(first: Pending | undefined): boolean {
    return this.#listeners > 0 || first?.confirmation !== undefined;
  }

  #sent(pending: Pending | undefined): boolean {
    return pending !== undefined && pending.write < this.#unsent.writeNumber;
  }

  #replied(first: Pending | undefined, reply: Reply): void {
    if (first === undefined || !this.#sent(first)) throw unasked(reply);
    if (--first.left === 0) this.#settle(first, reply);
    else if (reply instanceof FairleadError) first.firstError ??= reply;
  }

  #settle(first: Pending | undefined, reply: Reply): void {
    this.#queue.shift();
    if (first === undefined) return;
    if (reply instanceof FairleadError) this.#reject(first, discarded(first.firstError, reply));
    else {
      first.unwatch?.();
      first.resolve(first.shape === undefined ? reply : first.shape(reply));
    }
  }

  /** While no reply is owed, only a push may begin: the next command would get any other value as its reply. */
  #expectQuiet(): void {
    const type = this.#decoder.begun;
    if (type === undefined || type === '>') return;
    const mayPush = this.server?.protocol === 2 && this.#expectsPushes(this.#queue.first);
    if (type !== '*' || !mayPush) throw unasked(null);
  }
}

/** The failure for a reply that no command asked for; an error is a server's way to say goodbye. */
function unasked(reply: Reply): FairleadError {
  return reply instanceof FairleadError ? goodbye(reply) : protocolError('a reply that no command asked for');
}
