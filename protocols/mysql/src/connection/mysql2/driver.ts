// The driver `mysql2` over a transport: its handshake, framing and queue, under our TLS, our rules for authentication
// and our replies. It never dials, and knows no statement.
import { Buffer } from 'node:buffer';
import { type TransportSocket, toNodeSocket } from '@fairlead/node-stream';
import { FairleadError, type Peer, type Transport } from '@fairlead/transport';
import { Connection, ConnectionConfig, type DriverCommand, type DriverPacket } from '#mysql2';
import { connectionError, farewell } from '../../errors.ts';
import type { Login } from '../../options/target.ts';
import type { Reply } from '../../session/replies.ts';
import { decodeError, ERR } from '../../wire/decode.ts';
import { HEADER_BYTES } from '../../wire/encode.ts';
import type { Greeting } from '../../wire/greeting.ts';
import { malformed, PacketReader } from '../../wire/packet-reader.ts';
import { type AuthPolicy, setAuthPolicy } from '../login/auth-methods.ts';
import { acceptParsec, restrictHandshake } from './handshake.ts';
import { StartupTransport } from './startup-transport.ts';

/** The most that one packet holds; a longer payload goes on in the next one, and ends with a shorter one. */
const MAX_PAYLOAD_BYTES = 0xff_ffff;
/** Of the driver's capabilities, those that are not wanted, and those that depend. */
function flags(target: Login): string[] {
  const off = ['-IGNORE_SPACE', '-ODBC', '-CLIENT_QUERY_ATTRIBUTES'];
  return target.database === undefined ? [...off, '-CONNECT_WITH_DB'] : off;
}

/** One command on its way through the driver's queue. */
class Sent implements DriverCommand {
  readonly #driver: Driver;
  readonly #packet: Buffer;
  readonly #reply: Reply;
  readonly #done: (error?: FairleadError) => void;
  /** The number behind its last packet, once it was written ahead of its turn. */
  ahead: number | undefined;

  constructor(driver: Driver, packet: Buffer, reply: Reply, done: (error?: FairleadError) => void) {
    this.#driver = driver;
    this.#packet = packet;
    this.#reply = reply;
    this.#done = done;
  }

  execute(packet: DriverPacket | undefined): boolean {
    if (packet === undefined) {
      // Its reply goes on with the numbers of its packets.
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
  /** Those that the server has not answered, in order. */
  readonly #unanswered = new Set<Sent>();
  #starting = true;
  #failure: FairleadError | undefined;
  #onFailure: (failure: FairleadError) => void = () => undefined;

  /** Nothing is sent before `start`. The driver can be made while the greeting is on its way. */
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
      // Truthy means that TLS is asked for; it is the transport's.
      ssl: target.tls ? {} : undefined,
      flags: flags(target),
      connectTimeout: 0,
      // Of its own cache, which it makes as large as it may grow; statements are kept here.
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
   * Starts the session, once the greeting has come. Settles when the driver is ready for commands.
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

  /** The driver throws where a packet is malformed, and keeps what is too long. */
  #guard(): void {
    const connection = this.#connection;
    const handle = connection.handlePacket.bind(connection);
    connection.handlePacket = (packet) => {
      if (packet === undefined || this.#starting) handle(packet);
      // A goodbye that was on its way when a command left stands where that command's reply should.
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

  /** A server that shuts down or loses patience says so before it hangs up. */
  #unasked(packet: DriverPacket): void {
    const reader = this.reader(packet);
    if (reader.peek() !== ERR) throw malformed('it belongs to no command, or came out of order');
    throw farewell(decodeError(reader), this.peer);
  }

  #checkLength(): void {
    const { length, largePacketParts } = this.#connection.packetParser;
    if (length + largePacketParts.length * MAX_PAYLOAD_BYTES <= this.#maxPacketBytes) return;
    const message = `The server sent a packet of more than ${this.#maxPacketBytes} bytes (limits.maxPacketBytes).`;
    throw new FairleadError('limit', message, { blame: 'peer' });
  }

  /** A reader of one packet; the next call takes it back. */
  reader({ buffer, offset, end }: DriverPacket): PacketReader {
    return this.#reader.reset(buffer, offset, end);
  }

  /**
   * Sends a command behind those under way.
   * @param packet The payload, with room for a header before it.
   * @returns Settles when the reply is complete; rejects with the failure of the connection.
   */
  send(packet: Buffer, reply: Reply): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const command = new Sent(this, packet, reply, (error) => {
        this.#unanswered.delete(command);
        if (error === undefined) resolve();
        else reject(error);
      });
      // The server takes commands in turn: there is no need to wait until it has answered the one before.
      if (this.#unanswered.size > 0) command.ahead = this.#frame(packet, 0).next;
      this.#unanswered.add(command);
      this.#connection.addCommand(command);
    });
  }

  /**
   * Writes a payload in packets. Within a reply it goes on with the reply's numbers.
   * @param packet The payload, with room for a header before it.
   * @param sequence The first packet's number.
   * @returns False while the platform has bytes to accept.
   */
  write(packet: Buffer, sequence: number = this.#connection.sequenceId): boolean {
    const { next, taken } = this.#frame(packet, sequence);
    this.#connection.sequenceId = next;
    return taken;
  }

  /** The number of the next packet. */
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

  /** Writes whole packets of commands that have no reply. Only while no reply is under way. */
  writeRaw(packets: Buffer): void {
    this.#socket.write(packets);
  }

  /** How many commands were sent whose replies are not complete. */
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
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Reads and reports nothing any more. Only for the time after the last command. */
  leave(): void {
    this.#socket.removeAllListeners();
  }

  /** Ends the connection at once, for this reason unless there is one already; answers with the one that counts. */
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
