// Pumps one transport: commands out, replies in, one call at a time, every wait with an end. It knows no command.
import { Deadlines, Gate } from '@fairlead/client';
import { FairleadError, isFairleadError } from '@fairlead/errors';
import type { Transport } from '@fairlead/transport';
import { ReplyDecoder } from './decode.ts';
import { protocolError, wordsOf } from './errors.ts';
import type { Reply } from './messages.ts';
import type { CallOptions } from './options.ts';

/** Codes after which the conversation is in order all the same, if no reply is owed. */
const HARMLESS: readonly string[] = ['server', 'usage', 'limit', 'auth'];

const noop = (): void => undefined;

/** A connection that is open, or was. After a failure it stays failed: nothing reconnects behind the caller's back. */
export class Connection {
  readonly transport: Transport;
  /** Set while nobody can know whether the server took a message: from its last byte to the reply. */
  committed = false;
  /** Set while the server takes what comes for a message's body, and not for commands. */
  inBody = false;
  readonly #decoder: ReplyDecoder = new ReplyDecoder();
  readonly #deadlines: Deadlines = new Deadlines();
  readonly #gate: Gate = new Gate();
  readonly #timeoutMs: number;
  #callTimeoutMs: number;
  /** Replies that the server owes. */
  #owed = 0;
  #failure: FairleadError | undefined;
  readonly #listeners: Set<(reason: FairleadError) => void> = new Set();

  constructor(transport: Transport, timeoutMs: number) {
    this.transport = transport;
    this.#timeoutMs = this.#callTimeoutMs = timeoutMs;
    transport.closed.then(() => this.#deadlines.stop());
  }

  /**
   * Runs `work` when it is its turn. What goes wrong in the middle of a command ends the connection.
   * @param noun What the call is, for messages.
   */
  async call<T>(noun: string, { signal, timeoutMs }: CallOptions, work: () => Promise<T>): Promise<T> {
    const onAbort = (): void => {
      this.destroy(aborted(noun, signal));
    };
    const release = await this.#turn(noun, signal);
    try {
      this.#check();
      this.#callTimeoutMs = timeoutMs ?? this.#timeoutMs;
      signal?.addEventListener('abort', onAbort);
      return await work();
    } catch (error) {
      throw this.#failed(error);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.committed = false;
      release();
    }
  }

  /**
   * Queues bytes that ask for `replies` replies.
   * @throws FairleadError `protocol` when the server has spoken before it was asked.
   */
  send(bytes: Uint8Array, replies: number): Promise<void> {
    if (this.#owed === 0 && this.#decoder.unread) {
      throw protocolError('the server answered before it was asked');
    }
    this.#owed += replies;
    return this.transport.write(bytes);
  }

  /** The next reply that is owed, in time. */
  reply(): Promise<Reply> {
    return this.inTime(this.replyAtAnyTime(), 'A reply of the server');
  }

  /** The next reply that is owed, however long it takes. @throws FairleadError `server` for 421, which ends it all. */
  async replyAtAnyTime(): Promise<Reply> {
    const decoder = this.#decoder;
    for (;;) {
      const reply = decoder.next();
      if (reply !== undefined) {
        // RFC 5321 section 3.8: the server may say this at any time, and then closes.
        if (reply.code === 421) throw this.destroy(closing(reply));
        this.#owed--;
        return reply;
      }
      decoder.keep();
      const chunk = await this.transport.read();
      if (chunk === undefined) throw this.#lost();
      decoder.push(chunk);
    }
  }

  /** Bounds a wait: ends the connection with `timeout` when it takes too long. */
  async inTime<T>(work: Promise<T>, what: string): Promise<T> {
    const timeoutMs = this.#callTimeoutMs;
    if (!Number.isFinite(timeoutMs)) return work;
    const deadline = this.#deadlines.add(timeoutMs, () => {
      this.destroy(new FairleadError('timeout', `${what} took longer than ${timeoutMs} ms`));
    });
    try {
      return await work;
    } finally {
      this.#deadlines.remove(deadline);
    }
  }

  /** Turns TLS on. @throws FairleadError `tls_failed`, also where anything came in clear behind the 220. */
  async startTls(): Promise<void> {
    if (this.#decoder.unread) {
      throw new FairleadError(
        'tls_failed',
        'Bytes came in clear behind the answer to STARTTLS; somebody may have injected them (CVE-2011-0411)',
        { safeToRetry: true },
      );
    }
    await this.transport.startTls();
    this.#decoder.reset();
  }

  /** Calls `listener` when the connection fails. @returns A function that ends this. */
  onFailure(listener: (reason: FairleadError) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends everything at once; returns the reason. */
  destroy(reason: FairleadError): FairleadError {
    this.#failure ??= reason;
    for (const listener of this.#listeners) listener(reason);
    this.transport.destroy(reason);
    return reason;
  }

  /** Says goodbye and closes, whatever the server answers; takes some three seconds at most. Never rejects. */
  async close(goodbye: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) return;
    this.#failure = new FairleadError('closed', 'The SMTP client was closed', { safeToRetry: true });
    const release = await this.#gate.hold();
    try {
      this.transport.write(goodbye).catch(noop);
      await this.transport.close();
    } finally {
      release();
    }
  }

  async #turn(noun: string, signal: AbortSignal | undefined): Promise<() => void> {
    this.#check();
    if (signal?.aborted) throw aborted(noun, signal);
    const turn = this.#gate.hold();
    if (signal === undefined) return turn;
    let onAbort = (): void => undefined;
    const abort = new Promise<never>((_, reject) => {
      onAbort = () => {
        reject(aborted(noun, signal));
        turn.then((release) => release());
      };
    });
    signal.addEventListener('abort', onAbort);
    try {
      return await Promise.race([turn, abort]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  #check(): void {
    const failure = this.#failure;
    if (failure === undefined) return;
    if (failure.code === 'closed') throw failure;
    const message = `The connection has ended; connect again. It ended because: ${failure.message}`;
    throw new FairleadError('connection_lost', message, {
      peer: this.transport.peer,
      cause: failure,
      safeToRetry: true,
    });
  }

  /** The error of a call, with its peer and its `safeToRetry`; ends the connection where that is due. */
  #failed(error: unknown): FairleadError {
    const { peer } = this.transport;
    const known = isFairleadError(error)
      ? error
      : new FairleadError('connection_lost', 'The connection broke', { cause: error });
    const { code, message, blame, cause, server } = known;
    const told = new FairleadError(code, message, {
      blame,
      cause,
      server,
      peer,
      safeToRetry: !this.committed,
    });
    const isPeers = code === 'limit' && blame === 'peer';
    if (this.#owed !== 0 || this.inBody || isPeers || !HARMLESS.includes(code)) this.destroy(told);
    return told;
  }

  #lost(): FairleadError {
    return this.destroy(
      new FairleadError('connection_lost', 'The server closed the connection instead of answering', {
        peer: this.transport.peer,
      }),
    );
  }
}

function closing(reply: Reply): FairleadError {
  const server = wordsOf(reply);
  return new FairleadError(
    'server',
    `The server is closing the connection: ${reply.code} ${server.message}`,
    {
      server,
    },
  );
}

function aborted(noun: string, signal: AbortSignal | undefined): FairleadError {
  return new FairleadError('aborted', `The ${noun} was aborted by its signal`, {
    cause: signal?.reason,
    safeToRetry: true,
  });
}
