// Moves bytes between one transport and one session: writes what has gathered once per tick, reads while replies are
// owed. It knows no statement.
import { Writer } from '@fairlead/bytes';
import { IdleTimer } from '@fairlead/client';
import { hungUp } from '../errors.ts';
import type { LoggedIn } from './open/login.ts';
import type { ConnectionOwner } from './owner.ts';

/** How many writes may be on their way before the next statements wait: a peer that stops reading stops us. */
const MAX_WRITES = 4;
/** Shorter writes do not count: the statements in them wait for answers before there can be many. */
const SHORT_BYTES = 8_192;
/** Statements that wait to be sent, all together. */
const MAX_UNSENT_BYTES = 1 << 28;

// In workerd queueMicrotask() crosses into native code each time; a settled promise does not.
const TICK = /* @__PURE__ */ Promise.resolve();

/** The bytes of one open connection. */
export class Pump {
  readonly #open: LoggedIn;
  readonly #owner: ConnectionOwner;
  readonly #writer = new Writer(MAX_UNSENT_BYTES);
  #scheduled = false;
  #reading = false;
  #paused = false;
  #stopped = false;
  #writes = 0;
  /** How many wait for notifications, for which the connection is read all the time. */
  #listeners = 0;
  /** A connection that has been idle for a while is listened to: the server may say goodbye. */
  #listening = false;
  readonly #idle: IdleTimer = new IdleTimer(() => this.#listen());

  constructor(open: LoggedIn, owner: ConnectionOwner) {
    this.#open = open;
    this.#owner = owner;
  }

  /** Whether the server has something to say. */
  get #owed(): boolean {
    const { session } = this.#open;
    return session.inFlight.length > 0 || session.starting !== undefined || this.#listeners > 0;
  }

  /** Flushes with the tick. */
  schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    void TICK.then(this.#onTick);
  }

  readonly #onTick = (): void => {
    this.#scheduled = false;
    this.flush();
  };

  /** Writes first and reads then: the other way round costs a third of a round trip's time. */
  flush(): void {
    if (this.#stopped) return;
    const writer = this.#writer;
    this.#owner.fill(writer);
    while (this.#writes < MAX_WRITES && writer.length > 0) {
      const bytes = writer.take();
      const taken = this.#open.transport.write(bytes);
      // Of a short one nobody needs to hear: if it fails, so does the next read.
      if (bytes.length < SHORT_BYTES) continue;
      this.#writes += 1;
      taken.then(this.#onWritten, this.#onFailure);
    }
    this.#read();
  }

  readonly #onWritten = (): void => {
    this.#writes -= 1;
    if (this.#writer.length > 0) this.flush();
  };

  /** Writes what belongs to a statement under way, behind what has gathered. Settles when the platform has accepted it. */
  write(append: (writer: Writer) => void): Promise<void> {
    if (this.#stopped) return TICK;
    append(this.#writer);
    const taken = this.#open.transport.write(this.#writer.take());
    taken.catch(this.#onFailure);
    this.#read();
    return taken;
  }

  #listen(): void {
    this.#listening = true;
    this.#read();
  }

  #read(): void {
    if (this.#reading || this.#paused || this.#stopped) return;
    if (!this.#owed && !this.#listening) {
      this.#idle.idle();
      return;
    }
    this.#reading = true;
    this.#listening = false;
    const { buffer, transport, session } = this.#open;
    buffer.keep();
    transport.read(session.wanted).then(this.#onChunk, this.#onFailure);
  }

  readonly #onChunk = (chunk: Uint8Array | undefined): void => {
    if (this.#stopped) return;
    const { buffer, session } = this.#open;
    try {
      if (chunk === undefined) throw hungUp(this.#open.transport.peer);
      buffer.push(chunk);
      session.receive(buffer);
    } catch (error) {
      this.#onFailure(error);
      return;
    }
    // Not before: what the session has written back must not start a read into bytes that it still looks at.
    this.#reading = false;
    this.#owner.received();
    // What callers send on a reply comes with their tick, and is written before the next read.
    if (!this.#scheduled) this.#read();
  };

  readonly #onFailure = (error: unknown): void => {
    this.#reading = false;
    if (!this.#stopped) this.#owner.failed(error);
  };

  /** Reads no more until `resume`. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#read();
  }

  /** Says that so many more wait for notifications, or fewer. */
  listen(change: number): void {
    this.#listeners += change;
    this.#read();
  }

  /** Neither reads nor writes any more. */
  stop(): void {
    this.#stopped = true;
    this.#idle.stop();
  }
}
