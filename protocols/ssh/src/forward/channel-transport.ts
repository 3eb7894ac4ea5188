// A channel as a transport: what runs over it does not know of SSH.
import { FairleadError, usage } from '@fairlead/errors';
import {
  type Address,
  type ChannelFault,
  type ConnectOptions,
  createTransport,
  formatAddress,
  type Transport,
  type Channel as TransportChannel,
} from '@fairlead/transport';
import type { Channel } from '../channels/channel.ts';

/** Dresses an open channel. @param address Who is at the other end, for `peer`. */
export function channelTransport(channel: Channel, address: Address, options: ConnectOptions): Transport {
  // What belongs to another stream than the transport's own would fill the window.
  channel.errors.discard();
  return createTransport(
    new ChannelSocket(channel, address, options.allowHalfOpen ?? false),
    address,
    options,
  );
}

class ChannelSocket implements TransportChannel {
  readonly ended: Promise<void>;
  readonly #channel: Channel;
  readonly #address: Address;
  readonly #halfOpen: boolean;

  constructor(channel: Channel, address: Address, halfOpen: boolean) {
    this.#channel = channel;
    this.#address = address;
    this.#halfOpen = halfOpen;
    this.ended = channel.closed;
  }

  async read(atLeast: number): Promise<Uint8Array | undefined> {
    const bytes = await this.#channel.output.read(atLeast);
    if (bytes !== undefined) return bytes;
    // A server says EOF behind the last byte; without it, what was read may be a part.
    if (!this.#channel.hasOutputEnded) throw cutShort(this.#address);
    if (!this.#halfOpen) void this.#channel.close();
    return undefined;
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#channel.write(bytes);
  }

  startTls(): Promise<void> {
    return Promise.reject(usage('TLS cannot begin inside an SSH channel'));
  }

  buffered(): number {
    return this.#channel.output.length;
  }

  finish(): Promise<void> {
    return this.#channel.endInput();
  }

  close(): Promise<void> {
    return this.#channel.close();
  }

  destroy(reason: Error): void {
    this.#channel.abort(new FairleadError('closed', 'The channel was ended by this side', { cause: reason }));
  }

  classify(): ChannelFault {
    return 'lost';
  }
}

function cutShort({ hostname, port }: Address): FairleadError {
  const reason = 'The SSH server closed the channel before the end of its stream';
  return new FairleadError(
    'connection_lost',
    `the connection to ${formatAddress({ hostname, port })} was lost. ${reason}`,
    { peer: { hostname, port, tls: false } },
  );
}
