// The serving end of a TCP connection in Node: pulled reads, half-close, RST, TLS, and a FIN below TLS.
import type { Socket } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { KeyAndCertificate } from '../authority/index.ts';
import type { Certificate, PuppetLine } from '../puppet/puppet.ts';

/** A connection accepted by a test's server. */
export class NetLine implements PuppetLine {
  readonly #raw: Socket;
  readonly #certificates: Record<Certificate, KeyAndCertificate>;
  #stream: Duplex;
  #error: Error | undefined;

  constructor(raw: Socket, certificates: Record<Certificate, KeyAndCertificate>) {
    this.#raw = raw;
    this.#stream = raw;
    this.#certificates = certificates;
    raw.on('error', (error) => {
      if (this.#stream === raw) this.#onError(error);
    });
  }

  async read(): Promise<Uint8Array | undefined> {
    for (;;) {
      const chunk: Buffer | null = this.#stream.read();
      if (chunk !== null) return chunk;
      if (this.#error) throw this.#error;
      if (this.#stream.readableEnded || this.#stream.destroyed) return undefined;
      await this.#anyOf('readable', 'end', 'close', 'error');
    }
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stream.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  end(): void {
    this.#stream.end();
  }

  async close(): Promise<void> {
    this.#stream.end();
    // What the client still sends is of no interest, but unread bytes would turn the FIN into an RST.
    this.#stream.resume();
  }

  reset(): void {
    this.#raw.resetAndDestroy();
  }

  cut(): void {
    this.#raw.removeAllListeners('data');
    this.#raw.resume();
    this.#raw.end();
  }

  /** TLS over a pair of streams, so that the TCP socket stays in reach for `reset` and `cut`. */
  async startTls(certificate: Certificate = 'good'): Promise<void> {
    const [inner, outer] = duplexPair();
    this.#raw.removeAllListeners('readable');
    // Read to the end whatever comes after it: a client's RST must not take with it what had arrived before.
    this.#raw.on('data', (bytes) => outer.write(bytes));
    this.#raw.on('close', () => outer.end());
    outer.pipe(this.#raw);
    const secure = new TLSSocket(inner, {
      isServer: true,
      secureContext: createSecureContext(this.#certificates[certificate]),
    });
    this.#stream = secure;
    secure.on('error', (error) => this.#onError(error));
    await new Promise<void>((resolve, reject) => {
      secure.once('secure', resolve);
      secure.once('error', reject);
      secure.once('close', () => reject(new Error('the client left during the handshake')));
    });
  }

  #onError(error: Error): void {
    this.#error ??= error;
    this.#raw.destroy();
  }

  #anyOf(...events: string[]): Promise<void> {
    const stream = this.#stream;
    return new Promise((resolve) => {
      const done = (): void => {
        for (const event of events) stream.off(event, done);
        resolve();
      };
      for (const event of events) stream.on(event, done);
    });
  }
}
