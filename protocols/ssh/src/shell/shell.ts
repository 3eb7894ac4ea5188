// A shell on a terminal at the server.
import type { Channel } from '../channels/channel.ts';
import { sendSignal } from '../exec/process.ts';
import { windowSizeBody } from '../exec/pty.ts';
import { readableOf, writableOf } from '../exec/streams.ts';
import type { ProcessExit, Shell } from '../types.ts';
import type { Body } from '../wire/channels/encode.ts';

/** A shell on a channel. */
export class ChannelShell implements Shell {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  readonly exit: Promise<ProcessExit>;
  readonly #channel: Channel;
  /** The size that the server is being told. */
  #size: Body | undefined;

  constructor(channel: Channel) {
    this.#channel = channel;
    this.readable = readableOf(channel.output);
    this.writable = writableOf(channel);
    this.exit = channel.exit;
    // A terminal has one output; what a server sends beside it must not fill the window.
    channel.errors.discard();
  }

  resize(columns: number, rows: number): void {
    const isTelling = this.#size !== undefined;
    this.#size = windowSizeBody(columns, rows);
    if (!isTelling) void this.#tellSize();
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

  /** One size at a time: where the link takes no more, the last of those that came meanwhile. */
  async #tellSize(): Promise<void> {
    for (let told: Body | undefined; this.#size !== told; ) {
      told = this.#size;
      await this.#channel.tell('window-change', told);
    }
    this.#size = undefined;
  }
}
