// LOAD DATA LOCAL: the server's requests for the content of a file, answered from the call's `localData`, with
// backpressure. It opens no file.
import { FairleadError } from '@fairlead/errors';
import { halfLoaded } from '../../errors.ts';
import { HEADER_BYTES } from '../../wire/encode.ts';
import type { FileEvents } from '../../wire/messages.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { PendingStatement } from '../queue/pending-statement.ts';

/** Size of the content of one packet. */
const CHUNK_BYTES = 0x1_0000;

/** The content of one file: it ends with an empty packet, or with the connection, so that no half of it stays. */
class FileContent {
  readonly #exchange: Exchange;
  readonly #source: AsyncIterator<Uint8Array>;
  #over = false;
  /** Bytes that were written since the platform was last waited for. */
  #unaccepted = 0;
  /** Whether all of it was sent. */
  complete = false;
  /** The source's error, if it threw one. */
  failure: { readonly error: unknown } | undefined;

  constructor(exchange: Exchange, data: AsyncIterable<Uint8Array>) {
    this.#exchange = exchange;
    this.#source = data[Symbol.asyncIterator]();
  }

  /** Sends it all. Never rejects. @param onComplete Called when all of it was sent. */
  async send(onComplete: () => void): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await this.#source.next();
        if (this.#over) return;
        if (done) break;
        await this.#write(value);
        if (this.#over) return;
      }
      this.complete = true;
      void this.#exchange.writeWithin(new Uint8Array(HEADER_BYTES));
      onComplete();
    } catch (error) {
      if (this.#over) return;
      this.#over = true;
      this.failure = { error };
      this.#exchange.fail(halfLoaded(this.#exchange.peer, error));
    }
  }

  async #write(chunk: unknown): Promise<void> {
    if (!(chunk instanceof Uint8Array)) {
      throw new FairleadError('usage', 'MySQL: localData yields a value that is no Uint8Array.');
    }
    for (let at = 0; at < chunk.length && !this.#over; at += CHUNK_BYTES) {
      const part = chunk.subarray(at, at + CHUNK_BYTES);
      const packet = new Uint8Array(HEADER_BYTES + part.length);
      packet.set(part, HEADER_BYTES);
      const accepted = this.#exchange.writeWithin(packet);
      this.#unaccepted += packet.length;
      if (this.#unaccepted < CHUNK_BYTES) continue;
      await accepted;
      this.#unaccepted = 0;
    }
  }

  /** The statement has ended: the source is told to end, and not waited for. */
  leave(): void {
    if (this.#over) return;
    this.#over = true;
    if (this.complete) return;
    Promise.resolve(this.#source.return?.()).catch(() => undefined);
  }
}

/** Answers one statement's requests for files. */
export class FileRequests implements FileEvents {
  readonly #exchange: Exchange;
  readonly #pending: PendingStatement;
  #content: FileContent | undefined;
  /** Why the server got an empty file; undefined if it did not. */
  refused: FairleadError | undefined;

  constructor(exchange: Exchange, pending: PendingStatement) {
    this.#exchange = exchange;
    this.#pending = pending;
  }

  onLocalFile(): void {
    const pending = this.#pending;
    const { localData } = pending.statement;
    const isStopped = pending.draining;
    pending.requestFile();
    if (this.#exchange.unanswered > 1) {
      // The commands that were sent behind the statement would be taken for the file.
      this.#exchange.fail(noLocalData());
    } else if (localData === undefined) {
      this.refused = noLocalData();
      void this.#exchange.writeWithin(new Uint8Array(HEADER_BYTES));
      pending.fileSent();
    } else if (isStopped) {
      this.#exchange.fail(halfLoaded(this.#exchange.peer));
    } else {
      const content = new FileContent(this.#exchange, localData);
      this.#content = content;
      void content.send(() => pending.fileSent());
    }
  }

  /** The statement's reply has ended, or never will. */
  end(): void {
    const content = this.#content;
    if (content === undefined) return;
    content.leave();
    // The caller gets the source's own error, and not the connection's end that it led to.
    if (content.failure !== undefined) this.#pending.failWith(content.failure.error);
    if (content.complete || this.#exchange.failed) return;
    // The server expects commands while packets of the file may still be on their way.
    this.#exchange.fail(new Error('a load was answered before its end'));
  }
}

function noLocalData(): FairleadError {
  return new FairleadError(
    'policy',
    'MySQL: the server asked for a local file (LOAD DATA LOCAL); pass its content in the option localData.',
  );
}
