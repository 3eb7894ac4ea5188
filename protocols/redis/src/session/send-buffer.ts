// The bytes of the commands that wait to be sent, without those that were taken back. It matches no reply.
import { Writer } from '@fairlead/bytes';
import { encodeCommand } from '../wire/encode.ts';
import type { Arg } from '../wire/messages.ts';
import type { Pending, PendingQueue } from './pending-queue.ts';

/** A place in the bytes. */
interface Place {
  readonly from: number;
  readonly to: number;
}

/** The bytes of the next write. Commands that are taken back leave it in one pass: many may share a signal. */
export class SendBuffer {
  /** The number of the next write: a command of an earlier one was sent. */
  writeNumber = 0;
  readonly #queue: PendingQueue;
  readonly #writer: Writer;
  #cuts: Place[] = [];
  #cutBytes = 0;

  /**
   * @param queue Holds the commands whose bytes these are.
   * @param maxBytes How many bytes may wait.
   */
  constructor(queue: PendingQueue, maxBytes: number) {
    this.#queue = queue;
    this.#writer = new Writer(maxBytes);
  }

  /** How many bytes wait, without commands that were taken back. */
  get length(): number {
    return this.#writer.length - this.#cutBytes;
  }

  /**
   * Appends commands, and notes in `pending` where they stand.
   * @throws FairleadError `usage` or `limit`; nothing was appended then.
   */
  add(commands: readonly (readonly Arg[])[], pending?: Pending): void {
    const writer = this.#writer;
    // At least half of the bytes leave, so all tidying together is linear.
    if (this.#cutBytes > 0 && this.#cutBytes * 2 > writer.length) this.#tidy();
    const from = writer.length;
    try {
      for (const command of commands) encodeCommand(writer, command);
    } catch (error) {
      writer.cut(from, writer.length);
      throw error;
    }
    if (pending === undefined) return;
    pending.write = this.writeNumber;
    pending.from = from;
    pending.to = writer.length;
  }

  /** Takes a command back that is in the next write. */
  remove({ from, to }: Pending): void {
    this.#cuts.push({ from, to });
    this.#cutBytes += to - from;
  }

  /** Hands out the bytes, and begins another write. */
  take(): Uint8Array {
    if (this.#cutBytes > 0) this.#tidy();
    this.writeNumber++;
    return this.#writer.take();
  }

  /** Takes the cuts out of the bytes, and moves the places of the commands behind them. */
  #tidy(): void {
    const cuts = this.#cuts.sort((a, b) => a.from - b.from);
    this.#cuts = [];
    this.#cutBytes = 0;
    const bytes = this.#writer.take();
    const waiting = this.#queue.ofWrite(this.writeNumber);
    let next = 0;
    let kept = 0;
    let at = 0;
    for (const cut of [...cuts, { from: bytes.length, to: bytes.length }]) {
      for (let item = waiting[next]; item !== undefined && item.from < cut.from; item = waiting[++next]) {
        item.from += kept - at;
        item.to += kept - at;
      }
      bytes.copyWithin(kept, at, cut.from);
      kept += cut.from - at;
      at = cut.to;
    }
    this.#writer.raw(bytes.subarray(0, kept));
  }
}
