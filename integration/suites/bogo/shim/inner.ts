// The TCP connection under the client, watched and ended in the way that the runner needs.
import { type Connector, nodeSocket, type Transport } from '@fairlead/transport';

/** A handshake record in clear that begins with a ClientHello: content type 22, at byte 5 the message type 1. */
function isClientHello(bytes: Uint8Array): boolean {
  return bytes[0] === 22 && bytes[5] === 1;
}

/** Connects by `nodeSocket`. */
export class InnerConnector {
  readonly #isSparing: boolean;
  #hellos = 0;

  /** @param isSparing Whether each read gives no byte more than it must, so that every message comes in pieces. */
  constructor(isSparing: boolean) {
    this.#isSparing = isSparing;
  }

  /** The ClientHellos since the last call. The client does not tell them: two of them mean a HelloRetryRequest. */
  takeHellos(): number {
    const hellos = this.#hellos;
    this.#hellos = 0;
    return hellos;
  }

  readonly connect: Connector = async (address, options) => {
    const inner = await nodeSocket(address, options);
    const watched: Transport = {
      get peer() {
        return inner.peer;
      },
      read: this.#isSparing ? sparingly(inner) : (atLeast) => inner.read(atLeast),
      write: (bytes) => {
        // Behind ChangeCipherSpec the second one may stand in the same write.
        if (isClientHello(bytes) || (bytes[0] === 20 && isClientHello(bytes.subarray(6)))) this.#hellos++;
        return inner.write(bytes);
      },
      closeWrite: () => inner.closeWrite(),
      startTls: () => inner.startTls(),
      close: () => drain(inner),
      destroy: (reason) => inner.destroy(reason),
      closed: inner.closed,
      [Symbol.asyncDispose]: () => drain(inner),
    };
    return watched;
  };
}

/** Reads as many bytes as the caller must have, and no more; fewer at the end. */
function sparingly(inner: Transport): Transport['read'] {
  let rest = new Uint8Array(0);
  return async (atLeast = 1) => {
    if (rest.length < atLeast) {
      const more = await inner.read(atLeast - rest.length);
      rest = new Uint8Array([...rest, ...(more ?? [])]);
    }
    const bytes = rest.slice(0, atLeast);
    rest = rest.slice(atLeast);
    return bytes.length === 0 ? undefined : bytes;
  };
}

/** Closes behind what the runner still sends: bytes that nobody has read make TCP drop an alert on its way to the runner. */
async function drain(inner: Transport): Promise<void> {
  try {
    await inner.closeWrite();
    while ((await inner.read()) !== undefined);
  } catch {
    // It has ended already.
  }
  await inner.close();
}
