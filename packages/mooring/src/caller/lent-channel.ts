// A channel whose far end is a pool: a transport on it looks to its client like a connection of its own. It borrows when there
// is something to send, and the loan ends with the answer.

import { concat } from '@fairlead/bytes';
import { type Deferred, deferred, Tick } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import type { Channel, ChannelFault } from '@fairlead/transport';
import { waitUntil } from '#platform';
import { fromPlain } from '../plain-error.ts';
import type { LoanStub, Piece } from '../types.ts';
import type { Front, FrontStep } from './front.ts';
import type { Cancellable, PoolClient } from './pool-client.ts';
import { MAX_FLIGHT_BYTES, MAX_STASH_BYTES, type Sending, Stash, tooLarge } from './stash.ts';

/** Names this isolate's flights apart from all others'. Random values are not to be had before the first request. */
let isolate: string | undefined;
let flights = 0;

function nextId(): string {
  isolate ??= crypto.randomUUID();
  flights += 1;
  return `${isolate}:${flights}`;
}

/** One client's connection to a pool. */
export class LentChannel implements Channel, Cancellable {
  readonly halfClose = false;
  readonly #front: Front;
  readonly #pool: PoolClient;
  readonly #key: number;
  /** The terms of the greeting that the client has. */
  #terms: string | undefined;
  /** Whether the server's first words need not be asked for: the client speaks first, or they were. */
  #isGreeted: boolean;
  readonly #ended: Deferred<void> = deferred<void>();
  readonly #tick = new Tick(() => this.#pump());
  #stash: Stash | undefined;
  /** Set while a writer waits for the stash to be taken. */
  #taken: Deferred<void> | undefined;
  /** Whether bytes are on their way for which no answer is awaited. */
  #isSending = false;
  #loan: LoanStub | undefined;
  /** Whether a call that brings bytes is under way. */
  #isAsking = false;
  /** Names the flight that has no loan yet. */
  #id = '';
  /** What has come and was not read. */
  readonly #pieces: Uint8Array[] = [];
  #reader: Deferred<Uint8Array | undefined> | undefined;
  #failure: Error | undefined;
  #isOver = false;

  constructor(front: Front, pool: PoolClient) {
    this.#front = front;
    this.#pool = pool;
    this.#key = pool.register(this);
    this.#isGreeted = !front.speaksFirst;
  }

  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  async read(atLeast: number): Promise<Uint8Array | undefined> {
    let bytes = await this.#next();
    while (bytes !== undefined && bytes.length < atLeast) {
      const more = await this.#next();
      if (more === undefined) break;
      bytes = concat([bytes, more]);
    }
    return bytes;
  }

  #next(): Promise<Uint8Array | undefined> {
    const piece = this.#pieces.shift();
    if (piece === undefined && this.#failure !== undefined) return Promise.reject(this.#failure);
    if (piece !== undefined || this.#isOver) return Promise.resolve(piece);
    const reader = deferred<Uint8Array | undefined>();
    this.#reader = reader;
    // At the end of the tick: what the client writes behind this read leaves with what stands before it.
    if (this.#isGreeted) this.#tick.schedule();
    else void this.#greet();
    return reader.promise;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    for (const step of this.#front.take(bytes)) {
      if (step.kind === 'forward') {
        const taken = this.#forward(step);
        // Steps of one write stay in one tick.
        if (taken !== undefined) await taken;
      } else if (step.kind === 'reply') this.#deliver(step.bytes);
      else if (step.kind === 'login') await this.#greet();
      else if (step.kind === 'cancel') await this.#cancel(step);
      else this.#giveBack();
    }
  }

  /** @returns What to wait for, once so much waits that the mooring should take it first. */
  #forward(step: Sending): Promise<void> | undefined {
    this.#stash ??= new Stash();
    const stash = this.#stash;
    stash.add(step);
    this.#tick.schedule();
    if (this.#loan === undefined && stash.bytes > MAX_FLIGHT_BYTES) this.#fail(tooLarge());
    if (this.#loan === undefined || stash.bytes < MAX_STASH_BYTES) return undefined;
    this.#taken ??= deferred<void>();
    return this.#taken.promise;
  }

  async #greet(): Promise<void> {
    this.#isGreeted = true;
    try {
      const { greeting, terms } = await this.#pool.greeting();
      this.#terms = terms;
      this.#deliver(this.#front.greet(greeting, this.#key));
    } catch (error) {
      this.#fail(error);
    }
  }

  async #cancel({ key, reply }: Extract<FrontStep, { kind: 'cancel' }>): Promise<void> {
    await this.#pool.channel(key)?.cancelLoan();
    if (reply === undefined) this.#end();
    else this.#deliver(reply);
  }

  /** Asks the server to end what this connection runs. */
  async cancelLoan(): Promise<void> {
    if (this.#loan !== undefined) await this.#loan.cancel();
    else if (this.#isAsking) await this.#pool.cancel(this.#id);
  }

  /** Sends what waits, and asks for what is to be read: one call for both where that is possible. */
  #pump(): void {
    if (this.#failure !== undefined || this.#isOver) return;
    if (this.#isAsking) {
      // The answer may depend on it, as in COPY.
      if (this.#loan !== undefined && this.#stash !== undefined) void this.#send(this.#loan);
      return;
    }
    // What has no answer would be waited for in vain.
    const isDue = this.#loan !== undefined || this.#stash?.isDue === true;
    const stash = isDue && !this.#isSending ? this.#takeStash() : undefined;
    if (stash !== undefined) void this.#ask(this.#exchange(stash));
    else if (this.#loan !== undefined && this.#reader !== undefined) {
      void this.#ask(this.#loan.read(this.#pool.timeoutMs));
    }
  }

  #takeStash(): Sending | undefined {
    const stash = this.#stash;
    this.#stash = undefined;
    this.#taken?.resolve();
    this.#taken = undefined;
    return stash?.sending;
  }

  #exchange({ bytes, trace, owed }: Sending): Promise<Piece> {
    if (this.#loan === undefined) {
      this.#id = nextId();
      return this.#pool.exchange({
        id: this.#id,
        bytes,
        trace,
        owed,
        terms: this.#terms,
        timeoutMs: this.#pool.timeoutMs,
      });
    }
    return this.#loan.exchange(bytes, trace, this.#pool.timeoutMs, owed);
  }

  async #send(loan: LoanStub): Promise<void> {
    if (this.#isSending) return;
    const stash = this.#takeStash();
    if (stash === undefined) return;
    this.#isSending = true;
    const error = await loan.send(stash.bytes, stash.trace, stash.owed).catch(lost);
    this.#isSending = false;
    if (error !== undefined) this.#fail(error instanceof Error ? error : fromPlain(error));
    else if (this.#stash !== undefined) this.#pump();
  }

  async #ask(piece: Promise<Piece>): Promise<void> {
    this.#isAsking = true;
    // An answer that has come, whichever, leaves nothing to be abandoned.
    const outcome = await piece.then(
      (got) => ({ got }),
      (error: unknown) => ({ error }),
    );
    this.#isAsking = false;
    if ('got' in outcome) this.#take(outcome.got);
    else this.#fail(lost(outcome.error));
    if (this.#reader !== undefined || this.#stash !== undefined) this.#pump();
  }

  #take({ bytes, isOver, loan, error }: Piece): void {
    this.#loan = loan ?? this.#loan;
    if (isOver) this.#letGo();
    if (error !== undefined) this.#fail(fromPlain(error));
    else if (bytes !== undefined) this.#deliver(bytes);
    else this.#end();
    // The client has gone meanwhile: nobody would give it back.
    if (this.#failure !== undefined || this.#isOver) this.#giveBack();
  }

  #deliver(bytes: Uint8Array): void {
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader === undefined) this.#pieces.push(bytes);
    else reader.resolve(bytes);
  }

  #giveBack(): void {
    const loan = this.#loan;
    if (loan === undefined) return;
    this.#loan = undefined;
    const ended = loan.end();
    // Not behind it: the request may be over by then, and nothing of it would run.
    loan[Symbol.dispose]?.();
    waitUntil(ended.catch(noop));
  }

  #letGo(): void {
    this.#loan?.[Symbol.dispose]?.();
    this.#loan = undefined;
  }

  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = error instanceof Error ? error : lost(error);
    this.#taken?.resolve();
    // The request may be over with this, and a call that nobody waits for with it.
    if (this.#loan === undefined && this.#isAsking) waitUntil(this.#pool.abandon(this.#id).catch(noop));
    this.#giveBack();
    this.#pool.unregister(this.#key);
    // Whoever reads learns the reason from the read, and ends the transport with it.
    if (this.#reader === undefined) this.#ended.resolve();
    else this.#reader.reject(this.#failure);
    this.#reader = undefined;
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#reader?.resolve(undefined);
    this.#reader = undefined;
    this.#pool.unregister(this.#key);
    this.#ended.resolve();
  }

  /** The pool's own connection has TLS; there is nothing to do here. */
  async startTls(): Promise<void> {}

  buffered(): number {
    return 0;
  }

  async finish(): Promise<void> {
    this.#giveBack();
    this.#end();
  }

  async close(): Promise<void> {
    await this.finish();
  }

  destroy(reason: Error): void {
    this.#fail(reason);
  }

  classify(): ChannelFault {
    return 'lost';
  }
}

function lost(cause: unknown): FairleadError {
  if (cause instanceof FairleadError) return cause;
  return new FairleadError('connection_lost', 'The mooring did not answer.', { cause });
}

const noop = (): void => undefined;
