// One SFTP session over one transport: sends requests, reads replies, and notices silence.
import { Deadlines } from '@fairlead/client';
import { FairleadError, isFairleadError } from '@fairlead/errors';
import type { Transport } from '@fairlead/transport';
import { SshWriter } from '../../wire/ssh-writer.ts';
import { protocolError } from '../errors.ts';
import { PendingReplies, type PendingReply } from '../session/pending-replies.ts';
import { type Message, MessageDecoder } from '../wire/decoder.ts';
import { MAX_MESSAGE_BYTES } from '../wire/limits.ts';
import * as FXP from '../wire/numbers/fxp.ts';
import { closeHandle, encodeRequest } from '../wire/requests.ts';

type Fields = (writer: SshWriter) => void;

const noop = (): void => undefined;

/** One session. After a failure it stays failed: it never reconnects. */
export class SftpConnection {
  readonly transport: Transport;
  /** The time limits of all calls. */
  readonly deadlines: Deadlines = new Deadlines();
  /** The calls under way: one that waits for its caller's bytes is told of the end too. */
  readonly calls: Set<{ readonly isTidying: boolean; stop(reason: FairleadError): void }> = new Set();
  readonly #replies: PendingReplies = new PendingReplies();
  readonly #decoder: MessageDecoder = new MessageDecoder(this.#replies.targetOf);
  readonly #writer: SshWriter = new SshWriter(MAX_MESSAGE_BYTES);
  readonly #replyTimeoutMs: number;
  /** Takes VERSION, which has no id. */
  #greeting: PendingReply | undefined;
  /** When the server was heard last, or took bytes. */
  #heardAt = 0;
  #isWatching = false;
  #failure: FairleadError | undefined;

  /** @param replyTimeoutMs The longest silence of a server that owes a reply; `Infinity` for no limit. */
  constructor(transport: Transport, replyTimeoutMs: number) {
    this.transport = transport;
    this.#replyTimeoutMs = replyTimeoutMs;
    void this.#pump();
  }

  /** INIT was sent: its answer goes to `greeting`. */
  begin(greeting: PendingReply): void {
    this.#greeting = greeting;
    this.#heardAt = Date.now();
    this.#watch();
  }

  /**
   * Sends one request.
   * @param data What follows its fields, without a copy: leave it unchanged until the promise settles.
   * @returns Settles when the transport has accepted it: that is the backpressure.
   * @throws FairleadError what the session has ended with.
   */
  send(type: number, fields: Fields, pending: PendingReply, data?: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw ended(this.#failure);
    // Until now it owed nothing: its time begins here.
    if (this.#replies.size === 0) this.#heardAt = Date.now();
    const id = this.#replies.add(pending);
    const sent = this.transport.write(encodeRequest(this.#writer, type, id, fields, data?.length));
    this.#watch();
    return data === undefined ? sent : this.#noteAccepted(this.transport.write(data));
  }

  /** Closes a handle, whoever waits for it. */
  close(handle: Uint8Array): void {
    const request = closeHandle(handle);
    const ignored = { expects: request.expects, onReply: noop, onFailure: noop };
    if (this.#failure === undefined) this.send(request.type, request.fields, ignored).catch(noop);
  }

  /** Ends everything at once. @returns The reason. */
  destroy(reason: FairleadError): FairleadError {
    const isFirst = this.#failure === undefined;
    this.#failure ??= reason;
    if (isFirst) this.#fail(this.#failure);
    this.transport.destroy(reason);
    return reason;
  }

  /** Ends calls that are under way with `reason`, and closes the transport. Never rejects. */
  async end(reason: FairleadError): Promise<void> {
    if (this.#failure === undefined) {
      this.#failure = reason;
      this.#fail(reason);
    }
    await this.transport.close();
  }

  #fail(reason: FairleadError): void {
    this.deadlines.stop();
    this.#greeting?.onFailure(reason);
    for (const pending of this.#replies.clear()) if (!pending.isAbandoned) pending.onFailure(reason);
    for (const call of this.calls) call.stop(reason);
  }

  async #pump(): Promise<void> {
    const { transport } = this;
    const decoder = this.#decoder;
    try {
      for (;;) {
        const chunk = await transport.read();
        if (chunk === undefined) break;
        this.#heardAt = Date.now();
        decoder.push(chunk);
        for (let message = decoder.next(); message; message = decoder.next()) {
          this.#dispatch(message);
        }
        decoder.keep();
      }
      this.destroy(new FairleadError('connection_lost', 'The server ended the SFTP session'));
    } catch (error) {
      this.destroy(known(error));
    }
  }

  #dispatch(message: Message): void {
    const pending = message.type === FXP.VERSION ? this.#takeGreeting() : this.#replies.take(message);
    if (pending.isAbandoned) {
      pending.onLate?.(message);
      return;
    }
    try {
      pending.onReply(message);
    } catch (error) {
      // It is owed no more, so that the end of the session does not tell it.
      pending.onFailure(known(error));
      throw error;
    }
  }

  #takeGreeting(): PendingReply {
    const greeting = this.#greeting;
    if (greeting === undefined) throw protocolError('a second VERSION came');
    this.#greeting = undefined;
    return greeting;
  }

  #noteAccepted(sent: Promise<void>): Promise<void> {
    return sent.then(() => {
      this.#heardAt = Date.now();
    });
  }

  /** Ends the session when the server owes a reply and nothing comes. */
  #watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    this.deadlines.add(this.#replyTimeoutMs, () => this.#onTime());
  }

  #onTime(): void {
    this.#isWatching = false;
    if (this.#replies.size === 0 && this.#greeting === undefined) return;
    const leftMs = this.#heardAt + this.#replyTimeoutMs - Date.now();
    if (leftMs > 0) {
      this.#isWatching = true;
      this.deadlines.add(leftMs, () => this.#onTime());
      return;
    }
    const message = `The SFTP server was silent for ${this.#replyTimeoutMs} ms and owes a reply`;
    this.destroy(new FairleadError('timeout', message, { blame: 'peer' }));
  }
}

/** The error of a request that comes too late. */
function ended(failure: FairleadError): FairleadError {
  if (failure.code === 'closed') return failure;
  const message = `The SFTP session has ended; open another. The reason: ${failure.message}`;
  return new FairleadError('connection_lost', message, { cause: failure, server: failure.server });
}

function known(error: unknown): FairleadError {
  if (isFairleadError(error)) return error;
  return new FairleadError('connection_lost', 'The SFTP session broke', { cause: error });
}
