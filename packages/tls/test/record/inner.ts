// An inner transport for tests: what it reads is given, what is written is kept.
import type { Transport } from '@fairlead/transport';

/** A transport over arrays. */
export class ArrayTransport implements Transport {
  readonly peer = { hostname: 'server.test', port: 443, tls: false };
  readonly closed = new Promise<void>(() => undefined);
  readonly written: Uint8Array[] = [];
  readonly #chunks: Uint8Array[];

  /** @param chunks What the reads give, one each; then comes the end of the stream. */
  constructor(chunks: readonly Uint8Array[]) {
    this.#chunks = [...chunks];
  }

  /** Ignores `atLeast`, so that a reader which relies on it is found out. */
  async read(): Promise<Uint8Array | undefined> {
    return this.#chunks.shift();
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.written.push(bytes.slice());
  }

  async closeWrite(): Promise<void> {}
  async startTls(): Promise<void> {}
  async close(): Promise<void> {}
  destroy(): void {}
  async [Symbol.asyncDispose](): Promise<void> {}
}

/** `bytes` in pieces of `size`. */
export function pieces(bytes: Uint8Array, size: number): Uint8Array[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, i) => bytes.slice(i * size, (i + 1) * size));
}

/** `size` bytes that are not all alike. */
export function pattern(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => i % 251);
}
