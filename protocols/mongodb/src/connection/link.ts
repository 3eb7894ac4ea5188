// One connection that is logged in: gives commands their turn, one after another, and reads their replies.
import {
  abortedBy,
  atCaller,
  type CallLimit,
  Deadlines,
  deferred,
  Gate,
  IdleTimer,
  timeUp,
  watchCall,
} from '@fairlead/client';
import { errorWith, FairleadError, madeInAdvance, type Peer } from '@fairlead/errors';
import { type Address, formatAddress, type Transport } from '@fairlead/transport';
import type { Document } from 'bson';
import { asFairlead, commandRefused } from '../errors.ts';
import type { Session } from '../session/session.ts';
import { decodeReply } from '../wire/decode.ts';
import { commandName } from '../wire/encode.ts';
import { type Frame, MAX_MESSAGE_BYTES, OP_COMPRESSED, OP_MSG } from '../wire/protocol.ts';
import type { Compression } from '../wire/types.ts';
import type { CommandLink, CommandRequest, ServerDescription } from './types.ts';

const noop = (): void => undefined;
const SETTLED = /* @__PURE__ */ Promise.resolve();
/** The reply of a command that has none. */
const UNACKNOWLEDGED: Document = /* @__PURE__ */ Object.freeze({ ok: 1 });

/** One command from its call to its end. */
interface Pending {
  readonly request: CommandRequest;
  readonly resolve: (reply: Document | Promise<never>) => void;
  unwatch: () => void;
  /** Gives up waiting for its turn. */
  giveUp: () => void;
  stage: 'waiting' | 'begun' | 'sent' | 'settled';
}

/** A connection that is open, or was. After a failure it stays failed. */
export class Link implements CommandLink {
  readonly address: string;
  readonly server: ServerDescription;
  readonly #transport: Transport;
  readonly #session: Session;
  readonly #compression: Compression | undefined;
  readonly #gate = new Gate();
  readonly #deadlines = new Deadlines();
  readonly #idle = new IdleTimer(() => this.#listen());
  /** The command that has its turn. */
  #current: Pending | undefined;
  #isReading = false;
  /** What later commands are refused for: the connection has ended, or is being closed. */
  #failure: FairleadError | undefined;
  #closing: Promise<void> | undefined;
  /** Resolved behind the failure: who waits for the end finds the connection unusable. */
  readonly #end = deferred<void>();

  constructor(
    transport: Transport,
    session: Session,
    server: ServerDescription,
    address: Address,
    compression: Compression | undefined,
  ) {
    this.#transport = transport;
    this.#session = session;
    this.#compression = compression;
    this.server = server;
    this.address = formatAddress(address);
    session.maxMessageBytes = server.maxMessageSizeBytes;
    session.maxBsonBytes = server.maxBsonObjectSize;
    this.#idle.noteIdle();
    // The server's last words may still be unread.
    transport.closed.then(() => this.#listen());
  }

  get peer(): Peer {
    return this.#transport.peer;
  }

  get isUsable(): boolean {
    return this.#failure === undefined;
  }

  get closed(): Promise<void> {
    return this.#end.promise;
  }

  command(request: CommandRequest): Promise<Document> {
    const { limit } = request;
    const refusal = this.#refusal(limit);
    if (refusal !== undefined) return Promise.reject(refusal);
    const { promise, resolve } = deferred<Document>();
    const pending: Pending = { request, resolve, unwatch: noop, giveUp: noop, stage: 'waiting' };
    pending.unwatch = watchCall(this.#deadlines, 'command', limit, (reason) => this.#stop(pending, reason));
    pending.giveUp = this.#gate.enter(() => this.#begin(pending));
    return promise;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  destroy(reason: Error): void {
    this.#fail(asFairlead(reason));
  }

  async #close(): Promise<void> {
    this.#failure ??= madeInAdvance(
      () => new FairleadError('closed', 'The connection was closed by this side', { peer: this.peer }),
    );
    this.#session.close();
    // A command without a time limit is not waited for.
    if (this.#current?.request.limit.at === Number.POSITIVE_INFINITY) this.#fail(this.#failure);
    // Commands that wait for their turn are refused, one after another.
    await this.#gate.hold();
    this.#idle.stop();
    await this.#transport.close();
    this.#fail(this.#failure);
  }

  /** Why a command cannot be taken: nothing of it was sent. */
  #refusal({ signal, at, timeoutMs }: CallLimit): FairleadError | undefined {
    if (this.#failure !== undefined) return commandRefused(this.#failure, this.peer);
    if (signal?.aborted) return abortedBy('command', signal, true);
    return Date.now() >= at ? timeUp('command', timeoutMs, true) : undefined;
  }

  #begin(pending: Pending): void {
    pending.stage = 'begun';
    this.#current = pending;
    let bytes: Uint8Array;
    try {
      if (this.#failure !== undefined) throw commandRefused(this.#failure, this.peer);
      bytes = this.#session.command(pending.request);
    } catch (error) {
      this.#reject(pending, asFairlead(error));
      // Not from here: the next one may be refused too, and a long queue would be as many calls deep.
      void SETTLED.then(this.#leave);
      return;
    }
    const smaller = this.#compression?.deflate(bytes, commandName(pending.request.command));
    if (smaller === undefined) this.#send(pending, bytes);
    else smaller.then((compressed) => this.#send(pending, compressed), this.#onError);
  }

  #send(pending: Pending, bytes: Uint8Array): void {
    if (this.#current !== pending) return;
    pending.stage = 'sent';
    const accepted = this.#transport.write(bytes);
    if (pending.request.isUnacknowledged) {
      accepted.then(() => this.#settle(pending, UNACKNOWLEDGED), this.#onError);
    } else {
      // A write that fails shows in the read.
      this.#read();
    }
  }

  #read(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    this.#transport.read(this.#session.wanted).then(this.#onChunk, this.#onError);
  }

  /** Reads while nothing is due: the connection's end must be noticed, and a reply that no command asked for. */
  #listen(): void {
    if (this.#session.state !== 'ended') this.#read();
  }

  readonly #onChunk = (chunk: Uint8Array | undefined): void => {
    this.#isReading = false;
    if (this.#session.state === 'ended') return;
    try {
      if (chunk === undefined) throw this.#ended();
      const frame = this.#session.receive(chunk);
      if (frame === undefined) this.#read();
      else if (frame.opCode === OP_COMPRESSED && this.#compression !== undefined) {
        this.#inflate(this.#compression, frame).catch(this.#onError);
      } else this.#onFrame(frame);
    } catch (error) {
      this.#fail(asFairlead(error));
    }
  };

  async #inflate(compression: Compression, frame: Frame): Promise<void> {
    const bytes = await compression.inflate(frame.bytes, MAX_MESSAGE_BYTES);
    this.#onFrame({ bytes, opCode: OP_MSG });
  }

  #onFrame(frame: Frame): void {
    const pending = this.#current;
    // It was given up while its reply was inflated.
    if (pending === undefined) return;
    this.#settle(pending, decodeReply(frame, pending.request.rawFields));
  }

  readonly #onError = (error: unknown): void => {
    this.#isReading = false;
    if (this.#session.state !== 'ended') this.#fail(asFairlead(error));
  };

  #ended(): FairleadError {
    return new FairleadError('connection_lost', 'MongoDB closed the connection', { peer: this.peer });
  }

  #settle(pending: Pending, reply: Document): void {
    if (this.#current !== pending) return;
    pending.stage = 'settled';
    pending.unwatch();
    this.#current = undefined;
    this.#idle.noteIdle();
    pending.resolve(reply);
    this.#gate.leave();
  }

  readonly #leave = (): void => this.#gate.leave();

  /** Rejects a command. Its turn, if it has it, is given back by the caller. */
  #reject(pending: Pending, error: FairleadError): void {
    const safeToRetry = pending.stage !== 'sent';
    if (this.#current === pending) this.#current = undefined;
    pending.stage = 'settled';
    pending.unwatch();
    pending.resolve(atCaller(errorWith(error, { peer: this.peer, safeToRetry })));
  }

  /** The command's time is up, or its signal has fired. If it was sent, its reply would be taken for the next one's. */
  #stop(pending: Pending, reason: FairleadError): void {
    if (pending.stage !== 'waiting') {
      this.#fail(reason);
      return;
    }
    pending.giveUp();
    const message = `${reason.message} It was waiting for its turn on this connection, and was not sent.`;
    this.#reject(pending, new FairleadError(reason.code, message, { cause: reason.cause }));
  }

  #fail(reason: FairleadError): void {
    if (this.#session.state === 'ended') return;
    this.#failure ??= reason;
    this.#session.end();
    this.#idle.stop();
    this.#deadlines.stop();
    this.#transport.destroy(reason);
    this.#end.resolve();
    const pending = this.#current;
    if (pending !== undefined) {
      this.#reject(pending, reason);
      void SETTLED.then(this.#leave);
    }
  }
}
