// A server of MongoDB's wire protocol in front of DocumentDB: sockets, logins, `hello`. Each listener has a look of its own.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import type { KeyAndCertificate } from '@fairlead/testkit/authority';
import { Binary, type Document, Long, serialize, Timestamp } from 'bson';
import { type Command, type Commands, commandOf } from './commands.ts';
import type { Engine } from './engine.ts';
import { CommandError, commandError } from './errors.ts';
import { FailPoints } from './fail-points.ts';
import { documentOf, elementsOf } from './raw-bson.ts';
import { MECHANISMS, ScramLogin } from './scram.ts';
import { MessageSplitter, parseRequest, type Request, replyTo } from './wire.ts';

/** How a listener looks. */
export interface Look {
  /** TLS from the first byte. */
  readonly certificate?: KeyAndCertificate;
  /** With `certificate`: the authority of clients that may log in by MONGODB-X509, PEM. */
  readonly clientCa?: string;
  /** Whether it says that it is the primary of this set, with one member. */
  readonly setName?: string;
  /** Whether whoever has not logged in may do nothing. */
  readonly asksForLogin: boolean;
}

/** What a listener counts. */
export interface GatewayStats {
  /** Sockets since the last `clear`. */
  readonly sockets: number;
  readonly open: number;
  /** By name, since the last `clear`. */
  readonly commands: Readonly<Record<string, number>>;
}

/** What may come before a login. */
const FREE = new Set([
  'hello',
  'isMaster',
  'ismaster',
  'saslStart',
  'saslContinue',
  'authenticate',
  'ping',
  'buildInfo',
]);

/** The user who logs in by a certificate. */
const USER_BY_CERTIFICATE = 'CN=app';

/** A listener. */
export class Gateway {
  readonly #engine: Engine;
  readonly #commands: Commands;
  readonly #look: Look;
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  readonly #failPoints = new FailPoints();
  #sockets = 0;
  #counts: Record<string, number> = {};
  #port = 0;

  constructor(engine: Engine, commands: Commands, look: Look) {
    this.#engine = engine;
    this.#commands = commands;
    this.#look = look;
    const serve = (socket: Socket) => this.#onSocket(socket);
    const { certificate, clientCa } = look;
    const asks = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: false };
    this.#server = certificate
      ? createTlsServer({ ...certificate, ...asks, noDelay: true }, serve)
      : createServer({ noDelay: true }, serve);
  }

  /** @returns The port, on this machine. */
  async listen(): Promise<number> {
    this.#server.on('tlsClientError', () => undefined).listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
    return this.#port;
  }

  /** What was counted. */
  stats(): GatewayStats {
    return { sockets: this.#sockets, open: this.#open.size, commands: this.#counts };
  }

  /** Counts from nothing; sockets that are open stay so. */
  clear(): void {
    this.#sockets = 0;
    this.#counts = {};
  }

  /** Ends all sockets. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#open) socket.destroy();
    await closed;
  }

  #onSocket(socket: Socket): void {
    this.#sockets += 1;
    this.#open.add(socket);
    socket.on('error', () => undefined).on('close', () => this.#open.delete(socket));
    // Who leaves in the middle is no news.
    this.#serve(socket).catch(() => socket.destroy());
  }

  async #serve(socket: Socket): Promise<void> {
    const connection = new Connection(this.#engine, subjectOf(socket));
    const splitter = new MessageSplitter();
    let replies = 0;
    for await (const chunk of socket) {
      for (const message of splitter.push(chunk)) {
        const request = parseRequest(message);
        const command = commandOf(request.document);
        this.#counts[command.name] = (this.#counts[command.name] ?? 0) + 1;
        const failure = await this.#failPoints.meet(command);
        if (failure === 'close') return void socket.destroy();
        const reply = failure ?? (await this.#answer(connection, request, command));
        replies += 1;
        if (!request.isUnacknowledged) socket.write(replyTo(request, reply, replies));
      }
    }
  }

  async #answer(connection: Connection, request: Request, command: Command): Promise<Uint8Array> {
    let reply: Uint8Array;
    try {
      reply = await this.#perform(connection, request, command);
    } catch (error) {
      reply = serialize(commandError(error).document);
    }
    return this.#look.setName === undefined ? reply : withClusterTime(reply);
  }

  async #perform(connection: Connection, request: Request, command: Command): Promise<Uint8Array> {
    const { name, head } = command;
    if (this.#look.asksForLogin && !connection.isLoggedIn && !FREE.has(name))
      throw new CommandError(13, 'Unauthorized', `Command ${name} requires authentication`);
    switch (name) {
      case 'hello':
      case 'isMaster':
      case 'ismaster':
        return serialize(await this.#hello(connection, request, head));
      case 'saslStart':
        return serialize(await connection.start(head));
      case 'saslContinue':
        return serialize(await connection.continue(head));
      case 'authenticate':
        return serialize(connection.authenticate(head));
      case 'ping':
      case 'logout':
      case 'refreshSessions':
        return serialize({ ok: 1 });
      case 'buildInfo':
        return serialize({
          version: '7.0.0',
          versionArray: [7, 0, 0, 0],
          maxBsonObjectSize: 16_777_216,
          ok: 1,
        });
      case 'configureFailPoint':
        this.#failPoints.configure(head);
        return serialize({ ok: 1 });
      default:
        return this.#commands.run(command);
    }
  }

  async #hello(connection: Connection, { isLegacy }: Request, head: Document): Promise<Document> {
    const { saslSupportedMechs, speculativeAuthenticate, compression, loadBalanced } = head;
    const { setName } = this.#look;
    const me = `localhost:${this.#port}`;
    const started =
      speculativeAuthenticate && (await connection.speculate(speculativeAuthenticate).catch(() => undefined));
    return {
      ...(isLegacy && { ismaster: true }),
      helloOk: true,
      isWritablePrimary: true,
      ...(setName && { setName, setVersion: 1, hosts: [me], primary: me, me, secondary: false }),
      ...(loadBalanced === true && { serviceId: new Binary(Buffer.from('the only one')) }),
      maxBsonObjectSize: 16_777_216,
      maxMessageSizeBytes: 48_000_000,
      maxWriteBatchSize: 100_000,
      localTime: new Date(),
      logicalSessionTimeoutMinutes: 30,
      connectionId: 1,
      minWireVersion: 0,
      maxWireVersion: 21,
      readOnly: false,
      ...(saslSupportedMechs && { saslSupportedMechs: MECHANISMS }),
      ...(started && { speculativeAuthenticate: started }),
      ...(Array.isArray(compression) && compression.includes('zlib') && { compression: ['zlib'] }),
      ok: 1,
    };
  }
}

/** What one socket's client has proved. */
class Connection {
  readonly #engine: Engine;
  #login: ScramLogin | undefined;
  isLoggedIn = false;
  readonly #subject: string | undefined;

  /** @param subject Of the client's certificate, if it has shown a good one. */
  constructor(engine: Engine, subject: string | undefined) {
    this.#engine = engine;
    this.#subject = subject;
  }

  /** MONGODB-X509: the certificate is the login, and its subject the user's name. */
  authenticate({ mechanism, user, $db }: Document): Document {
    const isRight =
      mechanism === 'MONGODB-X509' && $db === '$external' && this.#subject === USER_BY_CERTIFICATE;
    if (!isRight || (user !== undefined && user !== this.#subject))
      throw new CommandError(18, 'AuthenticationFailed', 'Authentication failed.');
    this.isLoggedIn = true;
    return { dbname: '$external', user: this.#subject, ok: 1 };
  }

  /** A login's first step within `hello`. */
  async speculate(step: Document): Promise<Document> {
    return 'authenticate' in step ? this.authenticate({ ...step, $db: step.db }) : this.start(step);
  }

  start(head: Document): Promise<Document> {
    this.#login = new ScramLogin(this.#engine);
    return this.#login.start(head);
  }

  async continue(head: Document): Promise<Document> {
    if (!this.#login) throw new CommandError(17, 'ProtocolError', 'No SASL session state found');
    const reply = await this.#login.continue(head);
    this.isLoggedIn = this.#login.isDone;
    return reply;
  }
}

/** The subject of the certificate that a client has shown, where its authority is known. */
function subjectOf(socket: Socket): string | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  return `CN=${socket.getPeerCertificate().subject.CN}`;
}

let increment = 0;

function withClusterTime(reply: Uint8Array): Uint8Array {
  increment += 1;
  const time = new Timestamp({ t: Math.floor(Date.now() / 1000), i: increment });
  const signature = { hash: new Binary(new Uint8Array(20)), keyId: Long.ZERO };
  const more = serialize({ $clusterTime: { clusterTime: time, signature }, operationTime: time });
  return documentOf([...elementsOf(reply), ...elementsOf(more)].map(({ bytes }) => bytes));
}
