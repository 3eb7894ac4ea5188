// The driver `mysql2` over a transport: its handshake, framing and queue of commands, with this package's TLS, rules for
// authentication and readers of replies. It never dials, and knows no statement.
import { Buffer } from 'node:buffer';
import { type TransportSocket, toNodeSocket } from '@fairlead/node-stream';
import { FairleadError, type Peer, type Transport } from '@fairlead/transport';
import { Connection, ConnectionConfig, type DriverCommand, type DriverPacket } from '#mysql2';
import { connectionError, endedByServer } from '../../errors.ts';
import type { Login } from '../../options/target.ts';
import type { Reply } from '../../session/replies.ts';
import { decodeError, ERR } from '../../wire/decode.ts';
import { HEADER_BYTES } from '../../wire/encode.ts';
import type { Greeting } from '../../wire/greeting.ts';
import { malformed, PacketReader } from '../../wire/packet-reader.ts';
import { type AuthPolicy, setAuthPolicy } from '../login/auth-methods.ts';
import { acceptParsec, flagsOf, restrictHandshake } from './handshake.ts';
import { StartupTransport } from './startup-transport.ts';

/** The largest payload of one packet. A longer one continues in further packets, up to one that is shorter than this. */
const MAX_PAYLOAD_BYTES = 0xff_ffff;
/** One command in the driver's queue. */
class QueuedCommand implements DriverCommand {
  readonly #driver: Driver;
  readonly #packet: Buffer;
  readonly #reply: Reply;
  readonly #done: (error?: FairleadError) => void;
  /** The number after its last packet's, once it was written before its turn. */
  ahead: number | undefined;

  constructor(driver: Driver, packet: Buffer, reply: Reply, done: (error?: FairleadError) => void) {
    this.#driver = driver;
    this.#packet = packet;
    this.#reply = reply;
    this.#done = done;
  }

  execute(packet: DriverPacket | undefined): boolean {
    if (packet === undefined) {
      // The numbers of its reply's packets follow those of its own packets.
      if (this.ahead === undefined) this.#driver.write(this.#packet, 0);
      else this.#driver.expect(this.ahead);
      return false;
    }
    if (!this.#reply.receive(this.#driver.reader(packet))) return false;
    this.#done();
    return true;
  }

  onResult(error: unknown): void {
    this.#driver.fail(error);
  }

  /** The connection has failed. */
  abandon(failure: FairleadError): void {
    this.#done(failure);
  }
}

/** The driver, bound to one connection. */
export class Driver {
  readonly #transport: Transport;
  readonly #startup: StartupTransport;
  readonly #socket: TransportSocket;
  readonly #connection: Connection;
  readonly #maxPacketBytes: number;
  readonly #reader = new PacketReader();
  /** The commands that the server has not answered, in order. */
  readonly #unanswered = new Set<QueuedCommand>();
  #starting = true;
  #failure: FairleadError | undefined;
  /** Whether it reads nothing at present. */
  isPaused = false;
  #onFailure: (failure: FairleadError) => void = () => undefined;

  /** Sends nothing before `start`: the driver can be made while the greeting is arriving. */
  constructor(transport: Transport, target: Login) {
    this.#transport = transport;
    this.#maxPacketBytes = target.maxPacketBytes;
    const startup = new StartupTransport(transport, target.tls);
    this.#startup = startup;
    this.#socket = toNodeSocket(startup, {
      owed: () => this.#starting || this.#unanswered.size > 0,
    });
    const config = new ConnectionConfig({
      stream: this.#socket,
      user: target.username,
      password: target.password,
      database: target.database,
      // A truthy value makes the driver ask for TLS; the transport does it.
      ssl: target.tls ? {} : undefined,
      flags: flagsOf(target),
      connectTimeout: 0,
      // The driver allocates its own cache in full size; this package has a cache of its own.
      maxPreparedStatements: 1,
      disableEval: true,
      enableCleartextPlugin: true,
      multipleStatements: target.multiStatements,
      connectAttributes: { _client_name: 'fairlead', program_name: target.applicationName },
    });
    this.#connection = new Connection({ config });
    const policy: AuthPolicy = { ...target };
    setAuthPolicy(this.#connection, policy);
    restrictHandshake(this.#connection._command, policy);
    acceptParsec(this.#connection._command);
    this.#connection.startTLS = (done) => {
      startup.startTls().then(
        () => done(),
        (error: unknown) => this.fail(error),
      );
    };
    this.#guard();
  }

  /**
   * Logs in, once the greeting has arrived. Settles when the driver is ready for commands.
   * @throws FairleadError `auth`, `tls_failed`, `protocol`, `connection_lost` (with the server's words where it refuses).
   */
  async start({ packet }: Greeting): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    await new Promise<void>((resolve, reject) => {
      this.#onFailure = reject;
      this.#connection.once('connect', () => resolve());
      this.#startup.greet(packet);
    });
    this.#starting = false;
    this.#onFailure = () => undefined;
  }

  /** Whether column definitions have MariaDB's extended metadata. */
  get extended(): boolean {
    return this.#connection._mariadbExtendedMetadata;
  }

  get peer(): Peer {
    return this.#transport.peer;
  }

  /** Called once when the connection fails. */
  set onFailure(listener: (failure: FairleadError) => void) {
    this.#onFailure = listener;
  }

  /** Adds what the driver lacks: it throws on malformed packets, and buffers packets of any length. */
  #guard(): void {
    const connection = this.#connection;
    const handle = connection.handlePacket.bind(connection);
    connection.handlePacket = (packet) => {
      if (packet === undefined || this.#starting) handle(packet);
      // An error before the server hangs up may arrive in the place of a command's reply.
      else if (this.#unanswered.size === 0 || packet.sequenceId !== connection.sequenceId)
        this.#unasked(packet);
      else handle(packet);
    };
    this.#socket.removeAllListeners('data');
    this.#socket.on('data', (chunk: Buffer) => {
      try {
        connection.packetParser.execute(chunk);
        this.#checkLength();
      } catch (error) {
        this.fail(error);
      }
    });
    connection.on('error', (error: unknown) => this.fail(error));
    connection.on('warn', () => this.fail(new Error('packets came out of order')));
    this.#socket.on('close', () => this.fail(undefined));
  }

  /** A packet that answers no command: a server sends an error before it shuts down or ends an idle connection. */
  #unasked(packet: DriverPacket): void {
    const reader = this.reader(packet);
    if (reader.peek() !== ERR) throw malformed('it belongs to no command, or came out of order');
    throw endedByServer(decodeError(reader), this.peer);
  }

  #checkLength(): void {
    const { length, largePacketParts } = this.#connection.packetParser;
    if (length + largePacketParts.length * MAX_PAYLOAD_BYTES <= this.#maxPacketBytes) return;
    const message = `The server sent a packet of more than ${this.#maxPacketBytes} bytes (limits.maxPacketBytes).`;
    throw new FairleadError('limit', message, { blame: 'peer' });
  }

  /** A reader of one packet. The next call reuses it. */
  reader({ buffer, offset, end }: DriverPacket): PacketReader {
    return this.#reader.reset(buffer, offset, end);
  }

  /**
   * Sends a command behind the unanswered ones.
   * @param packet The payload, with room for a header before it.
   * @returns Settles when the reply is complete; rejects with the failure of the connection.
   */
  send(packet: Buffer, reply: Reply): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const command = new QueuedCommand(this, packet, reply, (error) => {
        this.#unanswered.delete(command);
        if (error === undefined) resolve();
        else reject(error);
      });
      // The server runs commands one after another, so the next one need not wait for the answer to the one before.
      if (this.#unanswered.size > 0) command.ahead = this.#frame(packet, 0).next;
      this.#unanswered.add(command);
      this.#connection.addCommand(command);
    });
  }

  /**
   * Writes a payload in packets. Within a reply their numbers follow those of the reply.
   * @param packet The payload, with room for a header before it.
   * @param sequence The first packet's number.
   * @returns False while the platform has not accepted all bytes.
   */
  write(packet: Buffer, sequence: number = this.#connection.sequenceId): boolean {
    const { next, taken } = this.#frame(packet, sequence);
    this.#connection.sequenceId = next;
    return taken;
  }

  /** Sets the number of the next packet. */
  expect(sequence: number): void {
    this.#connection.sequenceId = sequence;
  }

  #frame(packet: Buffer, sequence: number): { next: number; taken: boolean } {
    const length = packet.length - HEADER_BYTES;
    let next = sequence;
    let taken = true;
    for (let at = 0; ; at += MAX_PAYLOAD_BYTES) {
      const size = Math.min(length - at, MAX_PAYLOAD_BYTES);
      const whole = at === 0 && size === length;
      const header = whole ? packet : Buffer.allocUnsafe(HEADER_BYTES);
      header.writeUIntLE(size, 0, 3);
      header[3] = next;
      next = (next + 1) & 0xff;
      taken = this.#socket.write(header);
      if (!whole && size > 0)
        taken = this.#socket.write(packet.subarray(HEADER_BYTES + at, HEADER_BYTES + at + size));
      if (size < MAX_PAYLOAD_BYTES) return { next, taken };
    }
  }

  /** Writes whole packets of commands that have no reply. Call it only while no reply is arriving. */
  writeRaw(packets: Buffer): void {
    this.#socket.write(packets);
  }

  /** How many commands were sent and not answered to the end. */
  get unanswered(): number {
    return this.#unanswered.size;
  }

  /** Whether the connection has failed. */
  get failed(): boolean {
    return this.#failure !== undefined;
  }

  /** Settles when the platform has accepted what was written, or the connection has ended. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      const settle = (): void => {
        this.#socket.off('drain', settle);
        this.#socket.off('close', settle);
        resolve();
      };
      this.#socket.on('drain', settle);
      this.#socket.on('close', settle);
    });
  }

  /** Stops reading from the network, until `resume`. */
  pause(): void {
    this.isPaused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.isPaused = false;
    this.#socket.resume();
  }

  /** Stops reading, and reporting failures. Call it behind the last command. */
  detach(): void {
    this.#socket.removeAllListeners();
  }

  /** Ends the connection at once. @returns The failure that counts: the first one. */
  fail(error: unknown): FairleadError {
    if (this.#failure !== undefined) return this.#failure;
    const failure =
      error === undefined
        ? new FairleadError('connection_lost', 'The connection to MySQL ended.', { peer: this.peer })
        : connectionError(error, this.peer);
    this.#failure = failure;
    this.#socket.destroy(failure);
    for (const command of [...this.#unanswered]) command.abandon(failure);
    this.#onFailure(failure);
    return failure;
  }
}
