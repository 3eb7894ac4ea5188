// Moves bytes between one transport and one session: writes the gathered messages once per tick, and reads while replies
// are due. It knows no statement.
import { Writer } from '@fairlead/bytes';
import { IdleTimer, Tick } from '@fairlead/client';
import { hungUp } from '../errors.ts';
import type { LoggedIn } from './open/login.ts';
import type { ConnectionOwner } from './owner.ts';

/** How many writes may be pending before the next statements wait: backpressure for a peer that stops reading. */
const MAX_WRITES = 4;
/** Shorter writes are not counted: they are bounded by the statements in flight. */
const SHORT_BYTES = 8_192;
/** How many bytes of messages may wait to be sent. */
const MAX_UNSENT_BYTES = 1 << 28;

/** The bytes of one open connection. */
export class Pump {
  readonly #open: LoggedIn;
  readonly #owner: ConnectionOwner;
  readonly #writer = new Writer(MAX_UNSENT_BYTES);
  readonly #tick: Tick = new Tick(() => this.flush());
  #reading = false;
  #paused = false;
  #stopped = false;
  #writes = 0;
  /** How many channels are listened to: for them the connection is read all the time. */
  #listeners = 0;
  /** Whether a read is wanted because the connection has been idle for a while: the server may end it. */
  #listening = false;
  readonly #idle: IdleTimer = new IdleTimer(() => this.#listen());

  constructor(open: LoggedIn, owner: ConnectionOwner) {
    this.#open = open;
    this.#owner = owner;
    // What is flushed in this tick leaves with it.
    if (open.unsent !== undefined) open.transport.write(open.unsent);
  }

  /** Whether something is due from the server. */
  get #owed(): boolean {
    const { session } = this.#open;
    return session.inFlight.length > 0 || session.starting !== undefined || this.#listeners > 0;
  }

  /** Flushes with the tick. */
  schedule(): void {
    this.#tick.schedule();
  }

  /** Writes, and then reads: the reverse order costs a third of a round trip's time. */
  flush(): void {
    if (this.#stopped) return;
    const writer = this.#writer;
    this.#owner.fill(writer);
    while (this.#writes < MAX_WRITES && writer.length > 0) {
      const bytes = writer.take();
      const taken = this.#open.transport.write(bytes);
      // The result of a short write is not awaited: if it fails, so does the next read.
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
    if (this.#stopped) return Promise.resolve();
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
      this.#idle.noteIdle();
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
    // Not earlier: what the session writes back must not start a read into the buffer that it still reads.
    this.#reading = false;
    this.#owner.received();
    // What callers send upon a reply is written at the end of this tick, before the next read.
    if (!this.#tick.scheduled) this.#read();
  };

  readonly #onFailure = (error: unknown): void => {
    this.#reading = false;
    if (!this.#stopped) this.#owner.failed(error);
  };

  /** Whether a read is pending: it fails when the transport does, with the reason. */
  get isReading(): boolean {
    return this.#reading;
  }

  /** Reads no more until `resume`. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#read();
  }

  /** Says that so many channels more, or fewer, are listened to. */
  listen(change: number): void {
    this.#listeners += change;
    this.#read();
  }

  /** Ends reading and writing. */
  stop(): void {
    this.#stopped = true;
    this.#idle.stop();
  }
}
