// One end of an in-memory connection: raw reads and writes, the half-close, the reset, a mock TLS handshake.
// It holds no transport rules (one read at a time, coalescing, deadlines): those are the transport's core.
import { Pipe } from './pipe.ts';

/** What a memory peer shows when it is asked for TLS. */
export type MemoryTls = 'good' | 'none' | 'wrong-name' | 'expired' | 'untrusted' | 'silent';

/** First bytes of a TLS 1.3 ClientHello record: a peer that expects plain text sees just these. */
const CLIENT_HELLO = new Uint8Array([0x16, 0x03, 0x01, 0x00, 0x01, 0x01]);
/** What the serving end answers; the last byte is its certificate. */
const SERVER_HELLO = [0x16, 0x03, 0x03, 0x00, 0x01];
const CERTIFICATES: readonly MemoryTls[] = ['good', 'wrong-name', 'expired', 'untrusted'];

/** The peer's answer to a ClientHello was not TLS, or its certificate was bad. */
export class MemoryTlsError extends Error {
  override readonly name = 'MemoryTlsError';
}

/** One end of a connection inside this process. */
export class MemoryEnd {
  readonly #incoming: Pipe;
  readonly #outgoing: Pipe;
  readonly #onWrite: (bytes: number) => void;
  #closed = false;

  constructor(incoming: Pipe, outgoing: Pipe, onWrite: (bytes: number) => void) {
    this.#incoming = incoming;
    this.#outgoing = outgoing;
    this.#onWrite = onWrite;
  }

  /** Bytes that came and were not read. */
  get unreadBytes(): number {
    return this.#incoming.queuedBytes;
  }

  /** Settles when this end was closed, or either end was reset. */
  get ended(): Promise<void> {
    return this.#incoming.failed;
  }

  /** The next chunk, at most `maxBytes`; `undefined` at the end. Rejects after a reset. */
  read(maxBytes: number): Promise<Uint8Array | undefined> {
    return this.#incoming.take(maxBytes);
  }

  /** Settles when the other end has room; rejects after a reset, or if the other end is closed. */
  write(bytes: Uint8Array): Promise<void> {
    this.#onWrite(bytes.length);
    return this.#outgoing.push(bytes);
  }

  /** Half-close: nothing follows from this end; reading goes on. */
  end(): void {
    this.#outgoing.end();
  }

  /** Both directions end; the other end reads what was sent and then the end, and its writes fail. */
  close(): void {
    this.#closed = true;
    this.#outgoing.end();
    this.#incoming.abandon(new Error('read ECONNRESET: the other end has closed'));
  }

  /** As an RST: both directions fail at both ends, bytes on their way are lost. */
  reset(reason: Error): void {
    // Nothing is left to reset after an orderly close: what was sent before it must still arrive.
    if (this.#closed) return;
    this.#outgoing.fail(reason);
    this.#incoming.abandon(reason);
  }

  /** Takes nothing more from the other end, whose writes fail from now on; sending to it goes on. */
  refuse(reason: Error): void {
    this.#incoming.refuse(reason);
  }

  /** Holds back (or lets go) all that this end sends, the end of stream included. */
  stall(on: boolean): void {
    this.#outgoing.stall(on);
  }

  /** The dialling end's half of the mock handshake. @throws MemoryTlsError when the peer's answer is not acceptable. */
  async handshakeAsClient(): Promise<void> {
    await this.write(CLIENT_HELLO);
    const answer = await this.#readExactly(SERVER_HELLO.length + 1);
    const certificate = CERTIFICATES[answer[SERVER_HELLO.length] ?? -1];
    if (answer.length < SERVER_HELLO.length + 1)
      throw new MemoryTlsError('the peer closed during the handshake');
    if (certificate === undefined || SERVER_HELLO.some((byte, i) => byte !== answer[i])) {
      throw new MemoryTlsError('the peer does not speak TLS');
    }
    if (certificate !== 'good') throw new MemoryTlsError(`the certificate is not acceptable: ${certificate}`);
  }

  /** The serving end's half. @throws MemoryTlsError if the first bytes are no ClientHello. */
  async handshakeAsServer(certificate: MemoryTls): Promise<void> {
    const hello = await this.#readExactly(CLIENT_HELLO.length);
    if (CLIENT_HELLO.some((byte, i) => byte !== hello[i])) throw new MemoryTlsError('no ClientHello came');
    if (certificate === 'silent') return;
    await this.write(new Uint8Array([...SERVER_HELLO, CERTIFICATES.indexOf(certificate) & 0xff]));
  }

  async #readExactly(size: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(size);
    let filled = 0;
    while (filled < size) {
      const chunk = await this.read(size - filled);
      if (!chunk) break;
      bytes.set(chunk, filled);
      filled += chunk.length;
    }
    return bytes.subarray(0, filled);
  }
}

const noop = (): void => {};

/**
 * Two connected ends, the client's first.
 * @param onClientWrite Called with the size of each single write of the client.
 */
export function memoryEnds(onClientWrite: (bytes: number) => void = noop): [MemoryEnd, MemoryEnd] {
  const there = new Pipe();
  const back = new Pipe();
  return [new MemoryEnd(back, there, onClientWrite), new MemoryEnd(there, back, noop)];
}
