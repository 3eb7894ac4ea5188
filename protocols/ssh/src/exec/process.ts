// A command that runs at the server.

import { concat, Writer } from '@fairlead/bytes';
import { type CallLimit, watchCall } from '@fairlead/client';
import { FairleadError, usage } from '@fairlead/errors';
import type { Channel } from '../channels/channel.ts';
import type { ConnectionLayer } from '../channels/connection-layer.ts';
import { errorOfCall } from '../errors.ts';
import type { Process, ProcessExit, ProcessOutput } from '../types.ts';
import { oneText } from '../wire/channels/bodies.ts';
import { closedInput, readableOf, writableOf } from './streams.ts';

/** RFC 4254 section 6.10, without `SIG`; others may have a name with an `@`. */
const SIGNAL = /^(?:ABRT|ALRM|FPE|HUP|ILL|INT|KILL|PIPE|QUIT|SEGV|TERM|USR1|USR2|INFO|[\w.-]+@[\w.-]+)$/;
const DEFAULT_MAX_OUTPUT_BYTES = 16_777_216;

/** Ends the channel when the limit of the whole run is over. */
export function watchRun(layer: ConnectionLayer, channel: Channel, noun: string, limit: CallLimit): void {
  const unwatch = watchCall(layer.deadlines, noun, limit, (reason) => channel.abort(reason));
  void channel.ended.then(unwatch);
}

/** Sends a signal. @throws FairleadError `usage`. */
export function sendSignal(channel: Channel, signal = 'TERM'): void {
  const name = String(signal).replace(/^SIG/, '');
  if (!SIGNAL.test(name))
    throw usage(`${JSON.stringify(name.slice(0, 20))} is no signal of SSH: TERM, KILL, INT`);
  void channel.tell('signal', oneText(name));
}

/** Pieces smaller than this are copied together: millions of one byte each take no more than millions of bytes. */
const SMALL_BYTES = 1_024;
const JOINED_BYTES = 16_384;

/** An output that is collected. */
class Pieces {
  readonly #whole: Uint8Array[] = [];
  readonly #small = new Writer(JOINED_BYTES + SMALL_BYTES);

  add(piece: Uint8Array): void {
    if (piece.length < SMALL_BYTES) this.#small.raw(piece);
    if (piece.length >= SMALL_BYTES || this.#small.length >= JOINED_BYTES) this.#flush();
    if (piece.length >= SMALL_BYTES) this.#whole.push(piece);
  }

  join(): Uint8Array {
    this.#flush();
    return concat(this.#whole);
  }

  #flush(): void {
    if (this.#small.length > 0) this.#whole.push(this.#small.take());
  }
}

/** A process on a channel. */
export class ChannelProcess implements Process {
  readonly stdin: WritableStream<Uint8Array>;
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array>;
  readonly exit: Promise<ProcessExit>;
  readonly #channel: Channel;

  /** @param isPiped Whether the caller writes its input. */
  constructor(channel: Channel, isPiped: boolean) {
    this.#channel = channel;
    this.stdin = isPiped ? writableOf(channel) : closedInput();
    this.stdout = readableOf(channel.output);
    this.stderr = readableOf(channel.errors);
    this.exit = channel.exit;
  }

  async output({
    maxBytes = DEFAULT_MAX_OUTPUT_BYTES,
  }: {
    maxBytes?: number | undefined;
  } = {}): Promise<ProcessOutput> {
    if (!(maxBytes > 0)) throw usage('maxBytes is a number above 0');
    if (this.stdout.locked || this.stderr.locked)
      throw usage('An output of the command is being read already');
    let left = maxBytes;
    const collect = async (stream: ReadableStream<Uint8Array>): Promise<Uint8Array> => {
      const pieces = new Pieces();
      const reader = stream.getReader();
      for (let step = await reader.read(); !step.done; step = await reader.read()) {
        left -= step.value.length;
        if (left < 0) throw this.#tooLong(maxBytes);
        pieces.add(step.value);
      }
      return pieces.join();
    };
    try {
      const [stdout, stderr, exit] = await Promise.all([
        collect(this.stdout),
        collect(this.stderr),
        this.exit,
      ]);
      return { stdout, stderr, ...exit };
    } catch (error) {
      throw errorOfCall(error, false);
    }
  }

  kill(signal?: string): void {
    sendSignal(this.#channel, signal);
  }

  close(): Promise<void> {
    return this.#channel.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #tooLong(maxBytes: number): FairleadError {
    const reason = new FairleadError('limit', `The command wrote more than ${maxBytes} bytes (maxBytes)`);
    this.#channel.abort(reason);
    return reason;
  }
}
