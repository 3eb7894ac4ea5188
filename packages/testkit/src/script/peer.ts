// A server played from a script: expect these bytes, then send those. It answers nothing that is not written down.

import type { Connector } from '@fairlead/transport';
import { type BytesLike, toBytes, toText } from '../bytes.ts';
import { deferred } from '../deferred.ts';
import { hexDump } from '../diff.ts';
import { type MemoryConnectorOptions, memoryConnector } from '../memory/connector.ts';
import {
  Conversation,
  expectBytes,
  expectEnd,
  expectLength,
  expectUntil,
  pause,
  ScriptError,
  type ScriptLine,
  type Step,
  send,
} from './steps.ts';

export { ScriptError, type ScriptLine } from './steps.ts';

const CRLF = toBytes('\r\n');
const MAX_LINE_BYTES = 65_536;
const DONE_TIMEOUT_MS = 5_000;
/** How long `done` looks for bytes that were not expected. */
const QUIET_MS = 20;

/**
 * A scripted server. Steps are run in the order in which they were added, also while the conversation goes on.
 * The first connection runs the steps up to `nextConnection()`, the second those behind it, and so on.
 */
export class ScriptedPeer {
  readonly #queue: Step[] = [];
  readonly #open = new Set<Conversation>();
  readonly #behaviour: MemoryConnectorOptions;
  #wake = deferred<void>();
  #failure: ScriptError | undefined;
  #connections = 0;
  #allowed = 1;
  #turn: Promise<void> = Promise.resolve();
  #busy = '';
  #disposed = false;

  constructor(behaviour: MemoryConnectorOptions) {
    this.#behaviour = behaviour;
  }

  /** Dials this peer in memory: hand it to the client under test. */
  get connector(): Connector {
    return memoryConnector((server) => this.serve(server), this.#behaviour);
  }

  /** Connections dialled so far. */
  get connections(): number {
    return this.#connections;
  }

  /** Expects exactly these bytes next. More may follow: they wait for the next step. */
  expect(bytes: BytesLike, what?: string): this {
    const expected = toBytes(bytes);
    return this.#add(expectBytes(expected, what ?? `expect ${shorten(expected)}`));
  }

  /** Expects `size` bytes; `prefix`, if given, is what they start with. */
  expectLength(size: number, seen?: (bytes: Uint8Array) => void, prefix: BytesLike = ''): this {
    return this.#add(expectLength(size, toBytes(prefix), seen));
  }

  /** Expects a line, given without its CRLF. */
  expectLine(line: string | RegExp, seen?: (line: string) => void): this {
    return this.#add(expectUntil(CRLF, line, seen, MAX_LINE_BYTES));
  }

  /** Expects text that ends with `delimiter`. */
  expectUntil(delimiter: BytesLike, text: string | RegExp, seen?: (text: string) => void): this {
    return this.#add(expectUntil(toBytes(delimiter), text, seen, MAX_LINE_BYTES));
  }

  /** Expects that the client ends its stream, without further bytes. */
  expectEnd(): this {
    return this.#add(expectEnd());
  }

  /** Sends bytes; a function is called when the step is reached. `chunkBytes`: in pieces of this size. */
  send(bytes: BytesLike | (() => BytesLike), chunkBytes?: number): this {
    return this.#add(send(bytes, chunkBytes));
  }

  /** Sends lines, each with CRLF behind it, in one write. */
  sendLines(...lines: string[]): this {
    return this.send(lines.map((line) => `${line}\r\n`).join(''));
  }

  /** Waits before the next step. */
  delay(ms: number): this {
    return this.#step('delay', () => pause(ms));
  }

  /** Closes both directions after what was sent. */
  close(): this {
    return this.#step('close', ({ line }) => line.close());
  }

  /** Ends this side's direction; what the client sends is still read. */
  end(): this {
    return this.#step('end', async ({ line }) => line.end());
  }

  /** RST. */
  reset(): this {
    return this.#step('reset', async ({ line }) => line.reset());
  }

  /** Goes silent: neither reads nor sends until the test disposes of the peer. `done()` counts it as the end. */
  stall(): this {
    return this.#step('stall', async (conversation) => {
      conversation.stalled = true;
    });
  }

  /** Turns TLS on as the serving side. Put it behind the plaintext reply. */
  startTls(): this {
    return this.#step('startTls', ({ line }) => line.startTls());
  }

  /** Runs `action`, e.g. to let the test look at the client between two steps. */
  call(action: () => void | Promise<void>): this {
    return this.#step('call', async () => action());
  }

  /** What follows is for the next connection that the client dials. */
  nextConnection(): this {
    return this.#add(NEXT);
  }

  /** Serves one connection from the script. Called by `connector`; call it yourself for another kind of line. */
  async serve(line: ScriptLine): Promise<void> {
    const conversation = new Conversation(line);
    this.#open.add(conversation);
    if (++this.#connections > this.#allowed) {
      this.#fail(
        conversation,
        new ScriptError(`connection ${this.#connections} came; the script has ${this.#allowed}`),
      );
      return;
    }
    this.#turn = this.#turn.then(() => this.#run(conversation));
    await this.#turn;
  }

  /**
   * Asserts that every step has run and nothing further came.
   * @param timeoutMs How long the rest of the script may take. Default 5,000.
   * @throws ScriptError with the failing step, the bytes that were not expected, or the steps that are left.
   */
  async done(timeoutMs: number = DONE_TIMEOUT_MS): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!this.#failure && (this.#queue.length > 0 || this.#busy)) {
      if (Date.now() >= deadline) {
        const left = this.#queue.map((step) => step.name);
        throw new ScriptError(`the script is not done: ${[this.#busy, ...left].filter(Boolean).join('; ')}`);
      }
      await pause(1);
    }
    if (this.#failure) throw this.#failure;
    for (const conversation of this.#open) {
      if (!conversation.stalled)
        await Promise.race([conversation.more().catch(() => false), pause(QUIET_MS)]);
      const { unread } = conversation;
      if (unread.length > 0) throw new ScriptError(`bytes that were not expected:\n${hexDump(unread)}`);
    }
  }

  /** Resets what is still open. Asserts nothing: `done()` does. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    for (const { line } of this.#open) line.reset();
    this.#open.clear();
    this.#rouse();
  }

  async #run(conversation: Conversation): Promise<void> {
    while (!this.#disposed && !this.#failure) {
      const step = this.#queue.shift();
      if (step === NEXT) return;
      if (step === undefined) {
        await this.#wake.promise;
        continue;
      }
      this.#busy = step.name;
      try {
        await step.run(conversation);
      } catch (cause) {
        this.#fail(conversation, asScriptError(step.name, cause));
      }
      this.#busy = '';
    }
  }

  #step(name: string, run: Step['run']): this {
    return this.#add({ name, run });
  }

  #add(step: Step): this {
    if (step === NEXT) this.#allowed++;
    this.#queue.push(step);
    this.#rouse();
    return this;
  }

  #rouse(): void {
    this.#wake.resolve();
    this.#wake = deferred();
  }

  #fail(conversation: Conversation, error: ScriptError): void {
    this.#failure ??= error;
    conversation.line.reset(error);
  }
}

/** A marker, not a step: a connection's part of the script ends at it. */
const NEXT: Step = { name: 'nextConnection', run: async () => undefined };

function asScriptError(step: string, cause: unknown): ScriptError {
  if (cause instanceof ScriptError) return cause;
  const text = cause instanceof Error ? cause.message : String(cause);
  return new ScriptError(`${step}: the connection broke: ${text}`, { cause });
}

function shorten(bytes: Uint8Array): string {
  const text = JSON.stringify(toText(bytes.subarray(0, 40)));
  return bytes.length > 40 ? `${text}... (${bytes.length} bytes)` : text;
}

/**
 * A server played from a script, for the tests of a client.
 *
 * ```ts
 * await using peer = scriptedPeer().expect('PING\r\n').send('+PONG\r\n');
 * const client = await connect('redis://cache.test', { connector: peer.connector });
 * await client.ping();
 * await peer.done();
 * ```
 * @param behaviour How the peer answers the dialling itself: refused, silent, its TLS.
 */
export function scriptedPeer(behaviour: MemoryConnectorOptions = {}): ScriptedPeer {
  return new ScriptedPeer(behaviour);
}
