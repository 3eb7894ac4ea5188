// The channel of the in-memory transport: one MemoryEnd in the shape that the transport's core stands on.
import { type Channel, type ChannelFault, READ_BUFFER_BYTES } from '@fairlead/transport';
import { type MemoryEnd, type MemoryTls, MemoryTlsError } from './end.ts';

/** Which half of the handshake this end plays. */
export type MemoryRole = { readonly side: 'client' } | { readonly side: 'server'; tls: MemoryTls };

/** Reads land in one buffer that is reused, so that a client which keeps a view past its time is found out. */
export class MemoryChannel implements Channel {
  readonly #end: MemoryEnd;
  readonly #role: MemoryRole;
  readonly #buffer = new Uint8Array(READ_BUFFER_BYTES);

  constructor(end: MemoryEnd, role: MemoryRole) {
    this.#end = end;
    this.#role = role;
  }

  get ended(): Promise<void> {
    return this.#end.ended;
  }

  async read(atLeast: number): Promise<Uint8Array | undefined> {
    let filled = 0;
    do {
      const chunk = await this.#end.read(READ_BUFFER_BYTES - filled);
      if (chunk === undefined) break;
      this.#buffer.set(chunk, filled);
      filled += chunk.length;
    } while (filled < atLeast);
    return filled === 0 ? undefined : this.#buffer.subarray(0, filled);
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#end.write(bytes);
  }

  async startTls(): Promise<void> {
    if (this.#role.side === 'client') await this.#end.handshakeAsClient();
    else await this.#end.handshakeAsServer(this.#role.tls);
  }

  /** A ClientHello may have come before the server is ready for it; behind a client's back nothing may come. */
  buffered(): number {
    return this.#role.side === 'client' ? this.#end.unreadBytes : 0;
  }

  async finish(): Promise<void> {
    this.#end.end();
  }

  async close(): Promise<void> {
    this.#end.close();
  }

  destroy(reason: Error): void {
    this.#end.reset(new Error('read ECONNRESET', { cause: reason }));
  }

  classify(error: unknown): ChannelFault {
    return error instanceof MemoryTlsError ? 'tls' : 'lost';
  }
}
