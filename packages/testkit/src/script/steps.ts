// The steps of a script and how each one runs over a connection. Listens and dials nowhere.
import { type BytesLike, concatBytes, indexOfBytes, toBytes, toText } from '../bytes.ts';
import { diffBytes, hexDump } from '../diff.ts';

/** The serving end of one connection, as a script needs it. A `MemoryServer` and a TCP socket both fit. */
export interface ScriptLine {
  /** At least one byte, `undefined` at the end of the stream; rejects when the connection broke. */
  read(): Promise<Uint8Array | undefined>;
  write(bytes: Uint8Array): Promise<void>;
  /** Ends both directions after what was sent. */
  close(): Promise<void>;
  /** Ends this direction only. */
  end(): void;
  /** RST. */
  reset(cause?: Error): void;
  /** Turns TLS on as the serving side. */
  startTls(): Promise<void>;
}

/** The client did not do what the script says. `message` holds the step, and for bytes the dumps and the offset. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';
}

/** One step: what it is called in a failure, and what it does. */
export interface Step {
  readonly name: string;
  run(conversation: Conversation): Promise<void>;
}

/** One connection and what came over it that no step has taken yet. */
export class Conversation {
  readonly line: ScriptLine;
  #buffer = new Uint8Array(0);
  #ended = false;
  #pending: Promise<Uint8Array | undefined> | undefined;
  /** Set by a step after which nothing is read any more. */
  stalled = false;

  constructor(line: ScriptLine) {
    this.line = line;
  }

  /** Bytes that came and were not expected yet. */
  get unread(): Uint8Array {
    return this.#buffer;
  }

  /** Waits for one more chunk. @returns false at the end of the stream. */
  async more(): Promise<boolean> {
    if (this.#ended) return false;
    // Kept if its reader gives up: the next caller must get that chunk.
    this.#pending ??= this.line.read();
    const pending = this.#pending;
    const chunk = await pending;
    if (this.#pending !== pending) return !this.#ended;
    this.#pending = undefined;
    if (chunk === undefined) {
      this.#ended = true;
      return false;
    }
    this.#buffer = concatBytes([this.#buffer, chunk]) as Uint8Array<ArrayBuffer>;
    return true;
  }

  /** Takes `size` bytes off the front. */
  take(size: number): Uint8Array {
    const taken = this.#buffer.slice(0, size);
    this.#buffer = this.#buffer.slice(size);
    return taken;
  }

  /** Waits for `size` bytes. @throws ScriptError if the client ends first. */
  async takeExactly(size: number, what: string): Promise<Uint8Array> {
    while (this.#buffer.length < size) {
      if (!(await this.more())) {
        throw new ScriptError(
          `${what}: the client ended after ${this.#buffer.length} of ${size} bytes\n${hexDump(this.#buffer)}`,
        );
      }
    }
    return this.take(size);
  }
}

/** Expects exactly these bytes; fails at the first wrong one, without waiting for the rest. */
export function expectBytes(expected: Uint8Array, what: string): Step {
  return {
    name: what,
    async run(conversation) {
      while (conversation.unread.length < expected.length) {
        assertPrefix(expected, conversation.unread, what);
        if (!(await conversation.more())) {
          const difference = diffBytes(expected, conversation.unread) ?? '';
          throw new ScriptError(`${what}: the client ended too early\n${difference}`);
        }
      }
      const actual = conversation.unread.subarray(0, expected.length);
      assertPrefix(expected, actual, what);
      conversation.take(expected.length);
    },
  };
}

function assertPrefix(expected: Uint8Array, arrived: Uint8Array, what: string): void {
  const comparable = expected.subarray(0, arrived.length);
  if (diffBytes(comparable, arrived) === undefined) return;
  throw new ScriptError(`${what}: other bytes came\n${diffBytes(expected, arrived)}`);
}

/** Expects text up to a delimiter that equals or matches; `seen` gets it without the delimiter. */
export function expectUntil(
  delimiter: Uint8Array,
  expected: string | RegExp,
  seen: ((text: string) => void) | undefined,
  maxBytes: number,
): Step {
  const name = `expect a line ${expected instanceof RegExp ? expected : JSON.stringify(expected)}`;
  return {
    name,
    async run(conversation) {
      let at = indexOfBytes(conversation.unread, delimiter);
      while (at === -1) {
        if (conversation.unread.length > maxBytes)
          throw new ScriptError(`${name}: no line end in ${maxBytes} bytes`);
        if (!(await conversation.more())) {
          throw new ScriptError(
            `${name}: the client ended before the line did\n${hexDump(conversation.unread)}`,
          );
        }
        at = indexOfBytes(conversation.unread, delimiter);
      }
      const bytes = conversation.take(at + delimiter.length).subarray(0, at);
      const text = toText(bytes);
      if (expected instanceof RegExp) {
        if (!expected.test(text)) throw new ScriptError(`${name}: does not match ${JSON.stringify(text)}`);
      } else {
        const difference = diffBytes(toBytes(expected), bytes);
        if (difference) throw new ScriptError(`${name}: another line came\n${difference}`);
      }
      seen?.(text);
    },
  };
}

/** Expects this many bytes, whatever they are, optionally with a known start. */
export function expectLength(
  size: number,
  prefix: Uint8Array,
  seen: ((bytes: Uint8Array) => void) | undefined,
): Step {
  const name = `expect ${size} bytes`;
  return {
    name,
    async run(conversation) {
      const bytes = await conversation.takeExactly(size, name);
      assertPrefix(prefix, bytes.subarray(0, prefix.length), `${name} with a known start`);
      seen?.(bytes);
    },
  };
}

/** Expects the end of the client's stream, with nothing before it. */
export function expectEnd(): Step {
  const name = 'expect the end of the stream';
  return {
    name,
    async run(conversation) {
      if (conversation.unread.length > 0 || (await conversation.more())) {
        throw new ScriptError(`${name}: bytes came\n${hexDump(conversation.unread)}`);
      }
    },
  };
}

/** Sends bytes, made when the step runs if a function is given; in pieces if `chunkBytes` is given. */
export function send(content: BytesLike | (() => BytesLike), chunkBytes: number | undefined): Step {
  return {
    name: 'send',
    async run(conversation) {
      const bytes = toBytes(typeof content === 'function' ? content() : content);
      const size = chunkBytes ?? Math.max(1, bytes.length);
      for (let offset = 0; offset < bytes.length; offset += size) {
        await conversation.line.write(bytes.subarray(offset, offset + size));
        // A turn of the event loop between pieces, so that TCP sends them apart.
        if (chunkBytes !== undefined) await pause(0);
      }
    },
  };
}

/** Waits. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
