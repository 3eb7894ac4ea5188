// The data of an answer as a byte stream, pulled from the connection only as fast as it is read. It closes the connection
// when it ends, fails or is cancelled.
import { FairleadError } from '@fairlead/errors';
import type { BodyDecoder } from './decode-body.ts';
import type { Wire } from './wire.ts';

/**
 * The stream. It reads nothing before it is read itself, and keeps nothing.
 * @param first What was read already.
 */
export function bodyStream(wire: Wire, decoder: BodyDecoder, first: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream(new BodySource(wire, decoder, first));
}

class BodySource implements UnderlyingByteSource {
  readonly type = 'bytes';
  readonly #wire: Wire;
  readonly #decoder: BodyDecoder;
  #first: Uint8Array | undefined;

  constructor(wire: Wire, decoder: BodyDecoder, first: Uint8Array) {
    this.#wire = wire;
    this.#decoder = decoder;
    this.#first = first.length > 0 ? first : undefined;
  }

  async pull(controller: ReadableByteStreamController): Promise<void> {
    try {
      const data = await this.#next();
      // Enqueueing takes the storage away, and the transport reuses its own.
      if (data !== undefined) controller.enqueue(data.slice());
      if (data === undefined || this.#decoder.done) this.#close(controller);
    } catch (error) {
      this.#wire.destroy(error);
      controller.error(error);
    }
  }

  cancel(): void {
    this.#wire.destroy(new FairleadError('closed', 'The body was cancelled', { peer: this.#wire.peer }));
  }

  /** Data, at least a byte; undefined behind the last. */
  async #next(): Promise<Uint8Array | undefined> {
    while (!this.#decoder.done) {
      const chunk = this.#first ?? (await this.#wire.read());
      this.#first = undefined;
      if (chunk === undefined) {
        this.#decoder.end();
        return undefined;
      }
      const data = this.#decoder.push(chunk);
      if (data.length > 0) return data;
    }
    return undefined;
  }

  #close(controller: ReadableByteStreamController): void {
    this.#wire.close();
    controller.close();
    // A reader that brought its own buffer gets it back only so.
    controller.byobRequest?.respond(0);
  }
}
