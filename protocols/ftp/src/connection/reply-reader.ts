// Reads the replies of a control connection: those that are owed, and what comes while none is. It sends nothing and knows no call.
import { IdleTimer } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import type { Transport } from '@fairlead/transport';
import { asFairlead, closing, protocolError } from '../errors.ts';
import type { Reply } from '../types.ts';
import type { NameEncoding } from '../wire/names.ts';
import { ReplyDecoder } from '../wire/reply-decoder.ts';

/** What a reader needs to know of its connection. */
export interface ReplyReaderOwner {
  /** Whether nothing is under way, so that an idle connection may be read. */
  readonly mayListen: () => boolean;
  /** Ends the connection, and returns the reason. */
  readonly onEnd: (reason: FairleadError) => FairleadError;
}

/** The replies of one control connection. */
export class ReplyReader {
  readonly #transport: Transport;
  readonly #owner: ReplyReaderOwner;
  readonly #decoder: ReplyDecoder;
  readonly #idle: IdleTimer = new IdleTimer(() => this.listen());
  /** The pending read of an idle connection. Once a reply is owed, its bytes belong to that reply. */
  #listening: Promise<Uint8Array | undefined> | undefined;
  #isOwed = false;

  constructor(transport: Transport, names: NameEncoding, owner: ReplyReaderOwner) {
    this.#transport = transport;
    this.#owner = owner;
    this.#decoder = new ReplyDecoder(names);
    transport.closed.then(() => this.#idle.stop());
  }

  /** Whether the server owes a final reply. */
  get isOwed(): boolean {
    return this.#isOwed;
  }

  /** Whether an idle connection is being read. */
  get isListening(): boolean {
    return this.#listening !== undefined;
  }

  /** Whether bytes have come that belong to no reply handed out. */
  get unread(): boolean {
    return this.#decoder.unread;
  }

  /** Call it before a command is sent. @throws FairleadError `protocol` when a reply has come before it. */
  expect(): void {
    if (!this.#isOwed && this.#decoder.unread) throw protocolError('the server answered before it was asked');
    this.#isOwed = true;
  }

  /** The next reply that is owed. @throws FairleadError `server` for 421, which ends it all. */
  async next(): Promise<Reply> {
    const decoder = this.#decoder;
    for (;;) {
      const reply = decoder.next();
      if (reply !== undefined) {
        // The server may say this at any time, and then closes.
        if (reply.code === 421) throw this.#owner.onEnd(closing(reply));
        // A final reply is still owed behind a preliminary one.
        if (reply.code >= 200) this.#isOwed = false;
        return reply;
      }
      decoder.keep();
      const chunk = await (this.#listening ?? this.#transport.read());
      if (chunk === undefined) throw this.#lost();
      decoder.push(chunk);
    }
  }

  /** Says that nothing is under way from now on. */
  noteIdle(): void {
    this.#idle.noteIdle();
  }

  /** Listens no more. */
  stop(): void {
    this.#idle.stop();
  }

  /** Reads while no reply is owed, so that a server's goodbye is seen before the next command. */
  listen(): void {
    if (!this.#owner.mayListen() || this.#listening !== undefined) return;
    this.#decoder.keep();
    const listening = this.#transport.read().then((chunk) => {
      this.#listening = undefined;
      if (!this.#isOwed) this.#onUnasked(chunk);
      return chunk;
    });
    this.#listening = listening;
    listening.catch((error: unknown) => {
      this.#listening = undefined;
      if (!this.#isOwed) this.#owner.onEnd(asFairlead(error, 'The connection broke'));
    });
  }

  /** Handles bytes that came while no reply was owed: a goodbye, the end, or a breach of FTP. */
  #onUnasked(chunk: Uint8Array | undefined): void {
    if (chunk === undefined) {
      this.#lost();
      return;
    }
    try {
      this.#decoder.push(chunk);
      const reply = this.#decoder.next();
      if (reply === undefined) this.listen();
      else if (reply.code === 421) this.#owner.onEnd(closing(reply));
      else this.#owner.onEnd(protocolError(`the server sent ${reply.code} without being asked`));
    } catch (error) {
      this.#owner.onEnd(asFairlead(error, 'The connection broke'));
    }
  }

  #lost(): FairleadError {
    const { peer } = this.#transport;
    return this.#owner.onEnd(
      new FairleadError('connection_lost', 'The server closed the control connection', { peer }),
    );
  }
}
