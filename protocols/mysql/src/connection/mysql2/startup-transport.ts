// A transport for the driver while the session begins: it hands out the greeting that was read already, holds reads
// back while TLS is turned on, and lets nothing but an SSLRequest through before that.
import { deferred } from '@fairlead/client';
import { FairleadError, type Peer, type Transport } from '@fairlead/transport';

/** Length 32, packet number 1; flags; packet size; collation; 19 bytes of nothing; MariaDB's flags. */
const SSL_REQUEST_BYTES = 36;
const SSL_REQUEST_HEADER = [32, 0, 0, 1];
/** CLIENT_SSL, within the second byte of the flags. */
const SSL_FLAG_AT = 5;
const SSL_FLAG = 0x08;
const FILLER_START = 13;
const FILLER_END = 32;

/** Whether these bytes are an SSLRequest and nothing else: it holds no name and no secret. */
export function isSslRequest(bytes: Uint8Array): boolean {
  return (
    bytes.length === SSL_REQUEST_BYTES &&
    SSL_REQUEST_HEADER.every((byte, i) => bytes[i] === byte) &&
    ((bytes[SSL_FLAG_AT] ?? 0) & SSL_FLAG) !== 0 &&
    bytes.subarray(FILLER_START, FILLER_END).every((byte) => byte === 0)
  );
}

/** The transport below, once the session may begin. */
export class StartupTransport implements Transport {
  readonly #inner: Transport;
  readonly #greeting = deferred<Uint8Array>();
  readonly #upgraded = deferred<void>();
  /** `asked`: the SSLRequest is on its way. */
  #tls: 'needed' | 'asked' | 'done';
  #greeted = false;

  constructor(inner: Transport, tls: boolean) {
    this.#inner = inner;
    this.#tls = tls ? 'needed' : 'done';
    this.#upgraded.promise.catch(() => undefined);
    // Before the greeting nobody but its reader may act on an end: the driver would close what that one still reads.
    inner.closed.then(() => this.#upgraded.resolve());
  }

  /** Lets the driver read what the server said first. */
  greet(packet: Uint8Array): void {
    this.#greeting.resolve(packet);
  }

  get peer(): Peer {
    return this.#inner.peer;
  }

  get closed(): Promise<void> {
    return this.#inner.closed;
  }

  read(atLeast?: number): Promise<Uint8Array | undefined> {
    if (this.#greeted && this.#tls === 'done') return this.#inner.read(atLeast);
    if (!this.#greeted) {
      this.#greeted = true;
      return this.#greeting.promise;
    }
    const held = this.#upgraded.promise.then(() => this.#inner.read(atLeast));
    held.catch(() => undefined);
    return held;
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#tls === 'done') return this.#inner.write(bytes);
    if (this.#tls === 'needed' && isSslRequest(bytes)) {
      this.#tls = 'asked';
      return this.#inner.write(bytes);
    }
    const error = new FairleadError(
      'tls_failed',
      'The driver was about to send something before TLS was on.',
      {
        peer: this.peer,
        blame: 'local',
        safeToRetry: true,
      },
    );
    this.destroy(error);
    const refused = Promise.reject(error);
    refused.catch(() => undefined);
    return refused;
  }

  async startTls(): Promise<void> {
    if (this.#tls !== 'asked') {
      throw new FairleadError('usage', 'TLS begins behind an SSLRequest.', { peer: this.peer });
    }
    await this.#inner.startTls();
    this.#tls = 'done';
    this.#upgraded.resolve();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  destroy(reason: Error): void {
    this.#inner.destroy(reason);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#inner.close();
  }
}
