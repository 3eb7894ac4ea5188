// A TCP proxy on 127.0.0.1 that forwards to one upstream with faults, and counts. It looks into no bytes.
import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net';
import { type ControlServer, startControl } from './control-server.ts';
import { Link } from './link.ts';
import { addStats, checkPlan, NO_STATS, type ProxyPlan, type ProxyStats } from './plan.ts';

/** Options of `startFaultProxy`. */
export interface FaultProxyOptions {
  /** Where to forward to. `host` defaults to 127.0.0.1. */
  readonly upstream: { readonly host?: string; readonly port: number };
  /** Where to listen on 127.0.0.1. Default: a free port. */
  readonly port?: number;
  /** Default: no faults. */
  readonly plan?: ProxyPlan;
}

/** A running proxy. Dispose of it with `await using`, or call `close()`. */
export interface FaultProxy extends AsyncDisposable {
  readonly hostname: '127.0.0.1';
  readonly port: number;
  /** Where `faultProxyControl` reaches it from inside workerd. */
  readonly controlUrl: string;
  /** The sums over all connections since the start, or since `clearStats`. */
  stats(): ProxyStats;
  clearStats(): void;
  /** Faults for the connections that are accepted from now on. @throws RangeError if a number is out of range. */
  setPlan(plan: ProxyPlan): void;
  /** RST to both sides of every open connection. */
  resetAll(): void;
  close(): Promise<void>;
}

/** Starts a proxy and its control port, both on 127.0.0.1. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const proxy = new RunningProxy(
    options.upstream.host ?? '127.0.0.1',
    options.upstream.port,
    checkPlan(options.plan ?? {}),
  );
  await proxy.listen(options.port ?? 0);
  return proxy;
}

class RunningProxy implements FaultProxy {
  readonly hostname = '127.0.0.1';
  readonly #host: string;
  readonly #upstreamPort: number;
  // Half-open connections are passed on as such: each side's FIN travels through its own link.
  readonly #server: Server = createServer({ allowHalfOpen: true, noDelay: true }, (client) =>
    this.#onClient(client),
  );
  readonly #open = new Set<Connection>();
  #past: ProxyStats = NO_STATS;
  #plan: ProxyPlan;
  #control: ControlServer | undefined;

  constructor(host: string, upstreamPort: number, plan: ProxyPlan) {
    this.#host = host;
    this.#upstreamPort = upstreamPort;
    this.#plan = plan;
  }

  async listen(port: number): Promise<void> {
    this.#server.listen(port, this.hostname);
    await once(this.#server, 'listening');
    this.#control = await startControl(this);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get controlUrl(): string {
    return this.#control?.url ?? '';
  }

  stats(): ProxyStats {
    return [...this.#open].reduce((sum, connection) => addStats(sum, connection.stats), this.#past);
  }

  clearStats(): void {
    this.#past = NO_STATS;
    for (const connection of this.#open) connection.clearStats();
  }

  setPlan(plan: ProxyPlan): void {
    this.#plan = checkPlan(plan);
  }

  resetAll(): void {
    for (const connection of this.#open) connection.reset();
  }

  async close(): Promise<void> {
    this.resetAll();
    await Promise.all([new Promise((resolve) => this.#server.close(resolve)), this.#control?.close()]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #onClient(client: Socket): void {
    const upstream = dial({ host: this.#host, port: this.#upstreamPort, allowHalfOpen: true, noDelay: true });
    const connection = new Connection(client, upstream, this.#plan);
    this.#open.add(connection);
    void connection.closed.then(() => {
      this.#open.delete(connection);
      this.#past = addStats(this.#past, connection.stats);
    });
  }
}

/** One client, its upstream, the two links between them, and their counters. */
class Connection {
  readonly closed: Promise<void>;
  readonly #client: Socket;
  readonly #upstream: Socket;
  #counts: ProxyStats = { ...NO_STATS, connections: 1 };
  #lastSpoke: 'none' | 'client' | 'server' = 'none';

  constructor(client: Socket, upstream: Socket, plan: ProxyPlan) {
    this.#client = client;
    this.#upstream = upstream;
    const reset = () => this.reset();
    const up = new Link(client, upstream, plan.toServer ?? {}, { passed: () => undefined, reset });
    const down = new Link(upstream, client, plan.toClient ?? {}, { passed: (n) => this.#onPassed(n), reset });
    client.on('data', (bytes) => {
      this.#onClientBytes(bytes.length);
      up.accept(bytes);
    });
    upstream.on('data', (bytes) => down.accept(bytes));
    // An error on one side is that side's RST (or a refused upstream): the other side gets the same.
    client.on('error', reset);
    upstream.on('error', reset);
    this.closed = Promise.all([gone(client), gone(upstream)]).then(() => undefined);
  }

  get stats(): ProxyStats {
    return this.#counts;
  }

  clearStats(): void {
    this.#counts = NO_STATS;
    this.#lastSpoke = 'none';
  }

  reset(): void {
    this.#client.resetAndDestroy();
    this.#upstream.resetAndDestroy();
  }

  #onClientBytes(bytes: number): void {
    const { bytesFromClient, clientTurns, largestClientRead } = this.#counts;
    this.#counts = {
      ...this.#counts,
      bytesFromClient: bytesFromClient + bytes,
      clientTurns: clientTurns + (this.#lastSpoke === 'server' ? 1 : 0),
      largestClientRead: Math.max(largestClientRead, bytes),
    };
    this.#lastSpoke = 'client';
  }

  #onPassed(bytes: number): void {
    const { bytesFromServer, roundTrips } = this.#counts;
    this.#counts = {
      ...this.#counts,
      bytesFromServer: bytesFromServer + bytes,
      roundTrips: roundTrips + (this.#lastSpoke === 'client' ? 1 : 0),
    };
    this.#lastSpoke = 'server';
  }
}

/** Settles with the socket's end, also with one by an error. */
function gone(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}
