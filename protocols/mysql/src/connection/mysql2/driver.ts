// The driver `mysql2` over a transport, for the login alone: its handshake, with this package's TLS and rules for
// authentication. It never dials, and sends no command.
import type { Buffer } from 'node:buffer';
import { type TransportSocket, toNodeSocket } from '@fairlead/node-stream';
import { FairleadError, type Peer, type Transport } from '@fairlead/transport';
import { Connection, ConnectionConfig } from '#mysql2';
import { connectionError, endedByServer } from '../../errors.ts';
import type { Login } from '../../options/target.ts';
import { decodeError, ERR } from '../../wire/decode.ts';
import { MAX_PAYLOAD_BYTES } from '../../wire/encode.ts';
import type { Greeting } from '../../wire/greeting.ts';
import { malformed, PacketReader } from '../../wire/packet-reader.ts';
import { Exchange } from '../exchange/exchange.ts';
import { type AuthPolicy, setAuthPolicy } from '../login/auth-methods.ts';
import type { DriverPacket } from './driver-types.ts';
import { acceptParsec, flagsOf, restrictHandshake, takeKnownColumns } from './handshake.ts';
import { StartupTransport } from './startup-transport.ts';

/** The driver, until one connection is logged in. */
export class Driver {
  readonly #transport: Transport;
  readonly #startup: StartupTransport;
  readonly #socket: TransportSocket;
  readonly #connection: Connection;
  readonly #maxPacketBytes: number;
  #starting = true;
  #failure: FairleadError | undefined;
  #onFailure: (failure: FairleadError) => void = () => undefined;

  /** Sends nothing before `start`: the driver can be made while the greeting is arriving. */
  constructor(transport: Transport, target: Login) {
    this.#transport = transport;
    this.#maxPacketBytes = target.maxPacketBytes;
    const startup = new StartupTransport(transport, target.tls);
    this.#startup = startup;
    this.#socket = toNodeSocket(startup);
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
        (error: unknown) => this.#fail(error),
      );
    };
    this.#guard();
  }

  /**
   * Logs in, once the greeting has arrived.
   * @returns When the server takes commands. Then the driver neither reads from the transport nor writes to it.
   * @throws FairleadError `auth`, `tls_failed`, `protocol`, `connection_lost` (with the server's words where it refuses).
   */
  async start({ packet, knowsColumns }: Greeting): Promise<Exchange> {
    if (this.#failure !== undefined) throw this.#failure;
    const connection = this.#connection;
    await new Promise<void>((resolve, reject) => {
      this.#onFailure = reject;
      connection.once('connect', () => {
        this.#starting = false;
        this.#socket.pause();
        resolve();
      });
      if (knowsColumns) takeKnownColumns(connection._command);
      this.#startup.greet(packet);
    });
    if (this.#failure !== undefined) throw this.#failure;
    this.#socket.removeAllListeners();
    const columns = { extended: connection._mariadbExtendedMetadata, known: knowsColumns };
    return new Exchange(this.#transport, this.#maxPacketBytes, columns);
  }

  get #peer(): Peer {
    return this.#transport.peer;
  }

  /** Adds what the driver lacks: it throws on malformed packets, and buffers packets of any length. */
  #guard(): void {
    const connection = this.#connection;
    const handle = connection.handlePacket.bind(connection);
    connection.handlePacket = (packet) => {
      if (packet === undefined || this.#starting) handle(packet);
      else this.#unasked(packet);
    };
    this.#socket.removeAllListeners('data');
    this.#socket.on('data', (chunk: Buffer) => {
      try {
        connection.packetParser.execute(chunk);
        this.#checkLength();
      } catch (error) {
        this.#fail(error);
      }
    });
    connection.on('error', (error: unknown) => this.#fail(error));
    connection.on('warn', () => this.#fail(new Error('packets came out of order')));
    this.#socket.on('close', () => this.#fail(undefined));
  }

  /** A packet behind the end of the login: a server sends an error before it shuts down. */
  #unasked({ buffer, offset, end }: DriverPacket): void {
    const reader = new PacketReader().reset(buffer, offset, end);
    if (reader.peek() !== ERR) throw malformed('it belongs to no command, or came out of order');
    throw endedByServer(decodeError(reader), this.#peer);
  }

  #checkLength(): void {
    const { length, largePacketParts } = this.#connection.packetParser;
    if (length + largePacketParts.length * MAX_PAYLOAD_BYTES <= this.#maxPacketBytes) return;
    const message = `The server sent a packet of more than ${this.#maxPacketBytes} bytes (limits.maxPacketBytes).`;
    throw new FairleadError('limit', message, { blame: 'peer' });
  }

  /** Ends the connection at once. The first failure counts. */
  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    const failure =
      error === undefined
        ? new FairleadError('connection_lost', 'The connection to MySQL ended.', { peer: this.#peer })
        : connectionError(error, this.#peer);
    this.#failure = failure;
    this.#socket.destroy(failure);
    this.#onFailure(failure);
  }
}
