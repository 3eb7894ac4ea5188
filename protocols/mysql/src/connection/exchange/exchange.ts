// Commands and their replies on one connection that is logged in: it writes commands behind the unanswered ones, and gives each
// payload that arrives to the first of them. It knows no statement.
import { Writer } from '@fairlead/bytes';
import { IdleTimer, Tick } from '@fairlead/client';
import { FairleadError, type Peer, type Transport } from '@fairlead/transport';
import { connectionError, endedByServer } from '../../errors.ts';
import type { ColumnFormat, Reply } from '../../session/replies/reply.ts';
import type { WireParameter } from '../../values/parameters.ts';
import { decodeError, ERR } from '../../wire/decode.ts';
import { HEADER_BYTES, MAX_PAYLOAD_BYTES } from '../../wire/encode.ts';
import { writeExecute } from '../../wire/encode-execute.ts';
import { malformed, PacketReader } from '../../wire/packet-reader.ts';
import { PacketSplitter } from './packet-splitter.ts';

/** A command that was sent, and what becomes of it. */
export interface Command {
  readonly reply: Reply;
  /** The reply is complete, or never will be: `failure` is then the connection's. Called once. */
  ended(failure: FairleadError | undefined): void;
}

/** A command without an answer, and the number after its last packet's. */
interface Unanswered {
  readonly command: Command;
  readonly next: number;
}

/** How many bytes of commands may wait for the end of a tick. */
const MAX_UNSENT_BYTES = 1 << 28;

const nothing = (): void => undefined;

/** The commands of one connection. */
export class Exchange {
  readonly columns: ColumnFormat;
  readonly #transport: Transport;
  readonly #splitter: PacketSplitter;
  readonly #reader = new PacketReader();
  /** The commands of this tick that were encoded in place. */
  readonly #writer = new Writer(MAX_UNSENT_BYTES);
  readonly #tick: Tick = new Tick(() => this.#flush());
  /** The server may end a connection that has been idle for a while. */
  readonly #idle: IdleTimer = new IdleTimer(() => this.#read());
  /** The commands that the server has not answered, in order. */
  readonly #unanswered: Unanswered[] = [];
  /** The number of the next packet, in either direction. */
  #sequence = 0;
  /** Settles as the last write of a packet does. */
  #written: Promise<void> = Promise.resolve();
  #reading = false;
  #detached = false;
  #failure: FairleadError | undefined;
  /** Whether it reads nothing at present. */
  isPaused = false;
  /** Called once when the connection fails. */
  onFailure: (failure: FairleadError) => void = nothing;

  /** @param maxPacketBytes The longest payload that the server may send. */
  constructor(transport: Transport, maxPacketBytes: number, columns: ColumnFormat) {
    this.#transport = transport;
    this.#splitter = new PacketSplitter(maxPacketBytes);
    this.columns = columns;
    // A read then fails at once, with the reason.
    void transport.closed.then(() => this.#read());
  }

  get peer(): Peer {
    return this.#transport.peer;
  }

  /** How many commands were sent and not answered to the end. */
  get unanswered(): number {
    return this.#unanswered.length;
  }

  /** Whether the connection has failed. */
  get failed(): boolean {
    return this.#failure !== undefined;
  }

  /**
   * Sends a command behind the unanswered ones: the server runs them one after another, so it need not wait for their answers.
   * @param packet The payload, with room for a header before it.
   * @throws FairleadError The connection's failure.
   */
  send(packet: Uint8Array, command: Command): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#flushWriter();
    this.#add(command, this.#frame(packet, 0));
  }

  /**
   * Sends COM_STMT_EXECUTE, whose values fit into one packet. Those of one tick share their storage.
   * @throws FairleadError The connection's failure.
   */
  execute(id: number, values: readonly WireParameter[], command: Command): void {
    if (this.#failure !== undefined) throw this.#failure;
    writeExecute(this.#writer, id, values);
    this.#add(command, 1);
  }

  /** Sends a command, and waits for its reply. @throws FairleadError The connection's failure. */
  ask(packet: Uint8Array, reply: Reply): Promise<void> {
    return new Promise((resolve, reject) => {
      this.send(packet, {
        reply,
        ended: (failure) => (failure === undefined ? resolve() : reject(failure)),
      });
    });
  }

  #add(command: Command, next: number): void {
    if (this.#unanswered.length === 0) this.#sequence = next;
    this.#unanswered.push({ command, next });
    this.#tick.schedule();
  }

  /**
   * Writes a payload within the reply that is arriving: the packets' numbers follow those of the reply. Settles when the platform
   * has accepted it, or never will. Never rejects.
   * @param packet The payload, with room for a header before it.
   */
  writeWithin(packet: Uint8Array): Promise<void> {
    this.#sequence = this.#frame(packet, this.#sequence);
    return this.#written.catch(nothing);
  }

  /** Writes whole packets of commands that have no reply. Call it only while no reply is arriving. */
  writeRaw(packets: Uint8Array): void {
    this.#flushWriter();
    void this.#transport.write(packets);
  }

  /** Writes a payload in packets. @returns The number after the last one's. */
  #frame(packet: Uint8Array, sequence: number): number {
    const length = packet.length - HEADER_BYTES;
    let next = sequence;
    for (let at = 0; ; at += MAX_PAYLOAD_BYTES) {
      const size = Math.min(length - at, MAX_PAYLOAD_BYTES);
      const isWhole = at === 0 && size === length;
      const header = isWhole ? packet : new Uint8Array(HEADER_BYTES);
      header[0] = size;
      header[1] = size >>> 8;
      header[2] = size >>> 16;
      header[3] = next;
      next = (next + 1) & 0xff;
      this.#written = this.#transport.write(header);
      if (!isWhole && size > 0)
        this.#written = this.#transport.write(packet.subarray(HEADER_BYTES + at, HEADER_BYTES + at + size));
      if (size < MAX_PAYLOAD_BYTES) return next;
    }
  }

  #flushWriter(): void {
    if (this.#writer.length > 0) void this.#transport.write(this.#writer.take());
  }

  /** Writes, and then reads: the reverse order costs a third of a round trip's time. */
  #flush(): void {
    if (this.#failure !== undefined) return;
    this.#flushWriter();
    this.#readIfOwed();
  }

  #readIfOwed(): void {
    if (this.#unanswered.length > 0) this.#read();
    else if (!this.#detached) this.#idle.noteIdle();
  }

  #read(): void {
    if (this.#reading || this.isPaused || this.#detached || this.#failure !== undefined) return;
    this.#reading = true;
    this.#splitter.keep();
    this.#transport.read(this.#splitter.wanted).then(this.#onChunk, this.#onReadError);
  }

  readonly #onChunk = (chunk: Uint8Array | undefined): void => {
    if (this.#detached || this.#failure !== undefined) return;
    if (chunk === undefined) {
      this.fail(undefined);
      return;
    }
    try {
      this.#splitter.push(chunk);
      while (this.#splitter.next(this.#reader)) {
        this.#take(this.#reader);
        if (this.#failure !== undefined) return;
      }
    } catch (error) {
      this.fail(error);
      return;
    }
    // Not earlier: what replies send must not start a read into the chunk that is still being read.
    this.#reading = false;
    // What callers send upon a reply is written at the end of this tick, before the next read.
    if (!this.#tick.scheduled) this.#readIfOwed();
  };

  readonly #onReadError = (error: unknown): void => {
    this.#reading = false;
    if (!this.#detached) this.fail(error);
  };

  /** One payload, of the first command's reply. */
  #take(reader: PacketReader): void {
    const { sequence, packets } = this.#splitter;
    const first = this.#unanswered[0];
    if (first === undefined || sequence !== this.#sequence) this.#unasked(reader);
    this.#sequence = (sequence + packets) & 0xff;
    const command = first?.command;
    if (!command?.reply.receive(reader)) return;
    this.#unanswered.shift();
    this.#sequence = this.#unanswered[0]?.next ?? 0;
    command.ended(undefined);
  }

  /** A payload that answers no command: a server sends an error before it shuts down or ends an idle connection. */
  #unasked(reader: PacketReader): never {
    if (reader.peek() !== ERR) throw malformed('it belongs to no command, or came out of order');
    throw endedByServer(decodeError(reader), this.peer);
  }

  /** Stops reading from the network, until `resume`. */
  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    this.#readIfOwed();
  }

  /** Stops reading, and reporting failures. Call it behind the last command. */
  detach(): void {
    this.#detached = true;
    this.#idle.stop();
  }

  /** Ends the connection at once. @returns The failure that counts: the first one. */
  fail(error: unknown): FairleadError {
    if (this.#failure !== undefined) return this.#failure;
    const failure =
      error === undefined
        ? new FairleadError('connection_lost', 'The connection to MySQL ended.', { peer: this.peer })
        : connectionError(error, this.peer);
    this.#failure = failure;
    this.#idle.stop();
    this.#transport.destroy(failure);
    // First, so that nothing is sent in the place of what has failed.
    this.onFailure(failure);
    for (const { command } of this.#unanswered.splice(0)) command.ended(failure);
    return failure;
  }
}
