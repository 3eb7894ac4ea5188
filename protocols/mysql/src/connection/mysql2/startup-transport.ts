// The driver's transport while the session begins. It hands out the greeting, which was read already, and holds reads
// back until TLS is on. It refuses to write anything but an SSLRequest before that.
import { deferred } from '@fairlead/client';
import { FairleadError, type Peer, type Transport } from '@fairlead/transport';
import { illegalMove, STARTUP } from '../../session/states.ts';

/** Length 32, packet number 1; flags; packet size; collation; 19 zero bytes; MariaDB's flags. */
const SSL_REQUEST_BYTES = 36;
const SSL_REQUEST_HEADER = [32, 0, 0, 1];
/** CLIENT_SSL, within the second byte of the flags. */
const SSL_FLAG_AT = 5;
const SSL_FLAG = 0x08;
const FILLER_START = 13;
const FILLER_END = 32;

/** Whether these bytes are one SSLRequest and nothing else. An SSLRequest holds no name and no secret. */
export function isSslRequest(bytes: Uint8Array): boolean {
  return (
    bytes.length === SSL_REQUEST_BYTES &&
    SSL_REQUEST_HEADER.every((byte, i) => bytes[i] === byte) &&
    ((bytes[SSL_FLAG_AT] ?? 0) & SSL_FLAG) !== 0 &&
    bytes.subarray(FILLER_START, FILLER_END).every((byte) => byte === 0)
  );
}

/** A transport around the one that reaches the server. */
export class StartupTransport implements Transport {
  readonly #inner: Transport;
  readonly #greeting = deferred<Uint8Array>();
  readonly #upgraded = deferred<void>();
  #state: (typeof STARTUP)[keyof typeof STARTUP];
  #greeted = false;

  constructor(inner: Transport, tls: boolean) {
    this.#inner = inner;
    this.#state = tls ? STARTUP.beforeTls : STARTUP.ready;
    this.#upgraded.promise.catch(() => undefined);
    // Before the greeting the driver must not hear of the end: it would close the transport that is still being read.
    inner.closed.then(() => this.#upgraded.resolve());
  }

  /** Lets the driver read the server's first packet. */
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
    if (this.#greeted && this.#state === STARTUP.ready) return this.#inner.read(atLeast);
    if (!this.#greeted) {
      this.#greeted = true;
      return this.#greeting.promise;
    }
    const held = this.#upgraded.promise.then(() => this.#inner.read(atLeast));
    held.catch(() => undefined);
    return held;
  }

  write(bytes: Uint8Array): Promise<void> {
    const { rule: allowed } = this.#state;
    if (allowed === 'anything') return this.#inner.write(bytes);
    if (allowed === 'SSLRequest' && isSslRequest(bytes)) {
      this.#state = this.#state.to.sslRequest ?? illegalMove(this.#state, 'sslRequest');
      return this.#inner.write(bytes);
    }
    const message = 'MySQL: the driver was about to send the login before TLS was on; nothing was sent.';
    const error = new FairleadError('tls_failed', message, {
      peer: this.peer,
      blame: 'local',
      safeToRetry: true,
    });
    this.destroy(error);
    const refused = Promise.reject(error);
    refused.catch(() => undefined);
    return refused;
  }

  async startTls(): Promise<void> {
    if (this.#state !== STARTUP.tlsHandshake) {
      throw new FairleadError('usage', 'MySQL: TLS begins behind an SSLRequest.', { peer: this.peer });
    }
    await this.#inner.startTls();
    this.#state = this.#state.to.secured ?? illegalMove(this.#state, 'secured');
    this.#upgraded.resolve();
  }

  closeWrite(): Promise<void> {
    return this.#inner.closeWrite();
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
