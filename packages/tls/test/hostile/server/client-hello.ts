// Reads of a ClientHello what the scripted server needs. It is no judge of it.

/** A ClientHello, as far as it was read. */
export interface ClientHello {
  /** Whole, with its header. */
  readonly bytes: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly cipherSuites: readonly number[];
  /** By their numbers. */
  readonly extensions: ReadonlyMap<number, Uint8Array>;
  /** By the group's number. */
  readonly shares: ReadonlyMap<number, Uint8Array>;
}

class Cursor {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  take(length: number): Uint8Array {
    if (length > this.left) throw new Error('the ClientHello is cut');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  number(size: number): number {
    return this.take(size).reduce((sum, byte) => sum * 256 + byte, 0);
  }

  vector(size: number): Uint8Array {
    return this.take(this.number(size));
  }
}

/** Reads it. @throws Error where it is malformed: the client under test would be wrong. */
export function readClientHello(bytes: Uint8Array): ClientHello {
  // Header, legacy version, random.
  const body = new Cursor(bytes, 4 + 2 + 32);
  const sessionId = body.vector(1);
  const suites = new Cursor(body.vector(2));
  const cipherSuites: number[] = [];
  while (suites.left > 0) cipherSuites.push(suites.number(2));
  body.vector(1);
  const extensions = new Map<number, Uint8Array>();
  const list = new Cursor(body.vector(2));
  while (list.left > 0) extensions.set(list.number(2), list.vector(2));
  return { bytes, sessionId, cipherSuites, extensions, shares: sharesOf(extensions.get(51)) };
}

function sharesOf(extension: Uint8Array | undefined): Map<number, Uint8Array> {
  const shares = new Map<number, Uint8Array>();
  if (extension === undefined) return shares;
  const list = new Cursor(new Cursor(extension).vector(2));
  while (list.left > 0) shares.set(list.number(2), list.vector(2));
  return shares;
}
