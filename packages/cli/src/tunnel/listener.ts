// A local address whose every connection becomes a WebSocket of its own. A gateway that is away fails the connections of that
// time alone: the next one is dialled anew.
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type WebSocket from 'ws';
import { asCommandError, type CommandError, failure } from '../errors.ts';
import { unreachable } from '../gateway/unreachable.ts';
import type { Event, Output } from '../output/output.ts';
import { Bridge, type Ending } from './bridge.ts';
import { dial } from './dial.ts';
import { explainEnding } from './endings.ts';
import type { ListenAddress, TunnelEntry } from './entries.ts';

/** Local connections of one tunnel at a time; the system refuses further ones. */
const MAX_CONNECTIONS = 1_000;
const LEFT = 'the local client left while the gateway was dialled';
/** What is read from a local client before there is credit for it. */
const READ_AHEAD_BYTES = 131_072;

/** What all tunnels of a run share. */
export interface TunnelRun {
  readonly output: Output;
  /** Read for each connection, so that a token in a file can be exchanged. */
  token(entry: TunnelEntry): Promise<string>;
  /** Whether connections that went well are told too. */
  readonly verbose: boolean;
  /** The number of the next connection, over all tunnels. */
  nextId(): number;
}

/** What happened to one connection. */
type ConnectionEvent = Event & { readonly id: number };

/** A listening tunnel. */
export class Listener {
  readonly #entry: TunnelEntry;
  readonly #run: TunnelRun;
  readonly #server: Server;
  readonly #locals = new Set<Socket>();
  readonly #bridges = new Set<Bridge>();
  readonly #sockets = new Set<WebSocket>();
  #address: string;
  #isStopping = false;

  private constructor(entry: TunnelEntry, run: TunnelRun) {
    this.#entry = entry;
    this.#run = run;
    this.#address = formatListen(entry.listen);
    this.#server = createServer({ allowHalfOpen: true, highWaterMark: READ_AHEAD_BYTES, noDelay: true });
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#server.on('connection', (local) => void this.#serve(local));
    // Accepting can fail for a moment (too many open files); the others go on.
    this.#server.on('error', () => {});
  }

  /** @throws CommandError 1 where the address cannot be listened on. */
  static async start(entry: TunnelEntry, run: TunnelRun): Promise<Listener> {
    const listener = new Listener(entry, run);
    listener.#server.listen({ host: entry.listen.host, port: entry.listen.port });
    try {
      await once(listener.#server, 'listening');
    } catch (error) {
      throw cannotListen(entry.listen, error);
    }
    const address = listener.#server.address();
    if (typeof address === 'object' && address !== null) {
      listener.#address = formatListen({ host: address.address, port: address.port });
    }
    return listener;
  }

  /** Where it listens: the port that the system chose, if it was to choose one. */
  get address(): string {
    return this.#address;
  }

  /** Asks every gateway for a sign of life. */
  checkAlive(): void {
    for (const bridge of this.#bridges) bridge.checkAlive();
  }

  /** Ends all connections and stops listening. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.terminate();
    for (const local of this.#locals) local.resetAndDestroy();
    await closed;
  }

  async #serve(local: Socket): Promise<void> {
    const id = this.#run.nextId();
    const startedAt = performance.now();
    this.#locals.add(local);
    local.once('close', () => this.#locals.delete(local));
    // Told by `close` as well, and by the bridge once there is one.
    local.on('error', () => {});
    try {
      const bridge = await this.#open(local);
      this.#tell({ event: 'open', id }, undefined);
      this.#bridges.add(bridge);
      const ending = await bridge.ended.finally(() => this.#bridges.delete(bridge));
      this.#report(id, ending, Math.round(performance.now() - startedAt) / 1000);
    } catch (error) {
      const hasLeft = local.destroyed;
      // Not an end as of a server that has nothing to say.
      local.resetAndDestroy();
      if (hasLeft) this.#tell({ event: 'failed', id, message: LEFT }, LEFT);
      else this.#reportFailure(id, asCommandError(error));
    }
  }

  #report(id: number, ending: Ending, seconds: number): void {
    const { isComplete, isLocal, ...figures } = ending;
    const event = { event: 'closed', id, seconds, isComplete, ...figures };
    const counts = `${figures.sentBytes} bytes sent, ${figures.receivedBytes} received, ${seconds} s`;
    const text = isComplete ? counts : `${explainEnding(ending)}; ${counts}`;
    if (isComplete || isLocal) this.#tell(event, text);
    else this.#complain(event, text);
  }

  #reportFailure(id: number, { message, advice }: CommandError): void {
    const event = { event: 'failed', id, message, ...(advice === undefined ? {} : { advice }) };
    this.#complain(event, advice === undefined ? message : `${message} ${advice}`);
  }

  async #open(local: Socket): Promise<Bridge> {
    const { url } = this.#entry;
    const token = await this.#run.token(this.#entry);
    let bridge: Bridge | undefined;
    const { socket, opened } = dial(url, token, (open) => {
      bridge = new Bridge(local, open);
    });
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    const leave = (): void => socket.terminate();
    local.once('close', leave);
    if (local.destroyed) leave();
    await opened;
    local.off('close', leave);
    if (bridge === undefined) throw unreachable(url, undefined);
    return bridge;
  }

  #tell(event: ConnectionEvent, text: string | undefined): void {
    const shown = this.#run.verbose && text !== undefined;
    this.#run.output.result(
      { ...event, listen: this.address },
      shown ? `${this.address} #${event.id}: ${text}` : undefined,
    );
  }

  #complain(event: ConnectionEvent, text: string): void {
    // Ctrl-C ends all of them: that is no news.
    if (this.#isStopping) return;
    this.#run.output.complaint({ ...event, listen: this.address }, `${this.address} #${event.id}: ${text}`);
  }
}

function formatListen({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

const SYSTEM: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EACCES: 'ports below 1024 need rights that this user does not have',
  EADDRNOTAVAIL: 'this machine does not have that address',
  ENOTFOUND: 'the name is not known',
};

function cannotListen(address: ListenAddress, error: unknown): CommandError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return failure(
    `Cannot listen on ${formatListen(address)}: ${SYSTEM[code] ?? code}.`,
    'Choose another port with --listen; 0 takes any free one.',
  );
}
