// Remote forwarding (RFC 4254 section 7): ports at the server, and the connections that come to them.
import { type CallLimit, Inbox, limitOf } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import type { Transport } from '@fairlead/transport';
import type { Channel } from '../channels/channel.ts';
import type { ConnectionLayer, OnOpenRequest, Refusal } from '../channels/connection-layer.ts';
import { requestRefused } from '../errors.ts';
import type { ListenOptions } from '../options/call-options.ts';
import type { RemoteListener } from '../types.ts';
import { listenAddress, readChosenPort, readForwardedTcpip } from '../wire/channels/bodies.ts';
import { channelTransport } from './channel-transport.ts';

/** Connections that wait for the loop at most, where the caller says nothing. */
const DEFAULT_MAX_QUEUED = 16;
/** How long the server may take to stop listening. */
const CANCEL_TIMEOUT_MS = 2_000;

/** A connection that waits: it is opened when the loop takes it, so that none of its bytes wait here. */
interface Waiting {
  readonly channel: Channel;
  readonly hostname: string;
  readonly port: number;
}

/** The ports of one connection. */
export class RemoteForwards {
  readonly #layer: ConnectionLayer;
  readonly #listeners: Set<Listener> = new Set();

  constructor(layer: ConnectionLayer) {
    this.#layer = layer;
    layer.onOpenRequest = this.#onOpenRequest;
    void layer.link.closed.then(() => {
      for (const listener of this.#listeners) listener.end();
    });
  }

  /** Asks the server to listen. @throws FairleadError. */
  async listen(options: ListenOptions, limit: CallLimit): Promise<RemoteListener> {
    const { hostname = 'localhost', port, maxQueued = DEFAULT_MAX_QUEUED } = checked(options);
    let listener: Listener | undefined;
    let hasEnded = false;
    // At once, since connections may come right behind the reply.
    const onReply = (body: Uint8Array | undefined): void => {
      if (body === undefined) return;
      const bound = port === 0 ? readChosenPort(body) : port;
      listener = new Listener(this.#layer, hostname, bound, maxQueued, this.#listeners);
      if (hasEnded) void listener.close();
    };
    try {
      await this.#layer.ask('tcpip-forward', listenAddress(hostname, port), limit, onReply);
    } catch (error) {
      hasEnded = true;
      throw error;
    }
    if (listener === undefined) throw requestRefused(`to listen on port ${port}`, 'tcpip-forward');
    return listener;
  }

  readonly #onOpenRequest: OnOpenRequest = ({ type, body }, take) => {
    if (type !== 'forwarded-tcpip') return { reason: 3, description: 'This client has no such channel' };
    const { hostname, port, originHostname, originPort } = readForwardedTcpip(body);
    const listener = this.#find(hostname, port);
    if (listener === undefined) return { reason: 1, description: 'This port was not asked for' };
    return listener.offer(() => ({
      channel: take('forward'),
      hostname: originHostname,
      port: originPort,
    }));
  };

  /** Servers name the address in their own way: where one listener has the port, it is that one. */
  #find(hostname: string, port: number): Listener | undefined {
    const ofPort = [...this.#listeners].filter((listener) => listener.port === port);
    return (
      ofPort.find((listener) => listener.hostname === hostname) ??
      (ofPort.length === 1 ? ofPort[0] : undefined)
    );
  }
}

/** One port. */
class Listener implements RemoteListener {
  readonly hostname: string;
  readonly port: number;
  readonly #layer: ConnectionLayer;
  readonly #maxQueued: number;
  readonly #inbox: Inbox<Waiting>;
  readonly #others: Set<Listener>;
  #queued = 0;

  /** @param others The listeners of the connection; this one is among them until it is closed. */
  constructor(
    layer: ConnectionLayer,
    hostname: string,
    port: number,
    maxQueued: number,
    others: Set<Listener>,
  ) {
    this.#layer = layer;
    this.hostname = hostname;
    this.port = port;
    this.#maxQueued = maxQueued;
    this.#others = others;
    this.#inbox = new Inbox<Waiting>(
      { maxQueued },
      {
        onTaken: () => {
          this.#queued--;
        },
        onLeft: () => this.#cancel(),
      },
    );
    others.add(this);
    layer.countListener(1);
  }

  /** Queues a connection. @returns Why it is refused. */
  offer(take: () => Waiting): Refusal | undefined {
    if (this.#queued >= this.#maxQueued) return { reason: 4, description: 'Too many connections wait' };
    this.#queued++;
    this.#inbox.push(take());
    return undefined;
  }

  /** The connection to the server has ended. */
  end(): void {
    this.#inbox.end();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Transport, undefined> {
    for await (const { channel, hostname, port } of this.#inbox) {
      // It may have ended while it waited.
      if (channel.states.state !== 'offered') continue;
      channel.accept();
      yield channelTransport(channel, { hostname, port }, {});
    }
    return undefined;
  }

  close(): Promise<void> {
    return this.#inbox.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #cancel(): Promise<void> {
    this.#others.delete(this);
    this.#layer.countListener(-1);
    for (let waiting = this.#inbox.take(); waiting !== undefined; waiting = this.#inbox.take()) {
      waiting.channel.refuse();
    }
    const limit = limitOf({ timeoutMs: CANCEL_TIMEOUT_MS });
    await this.#layer.ask('cancel-tcpip-forward', listenAddress(this.hostname, this.port), limit);
  }
}

function checked(options: ListenOptions): ListenOptions {
  const { hostname, port, maxQueued } = options;
  if (hostname !== undefined && typeof hostname !== 'string') throw usage('hostname is a text');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw usage('port is a whole number from 0 to 65535; 0 lets the server choose');
  }
  if (maxQueued !== undefined && !(Number.isSafeInteger(maxQueued) && maxQueued > 0)) {
    throw usage('maxQueued is a whole number above 0');
  }
  return options;
}
