// Follows the channels of a pooled connection: it may be lent again when both sides have closed all of them. It keeps no data.
import type { AnswerTracker } from '@fairlead/mooring';
import { protocolError } from '../errors.ts';
import * as CONNECTION from '../wire/numbers/connection.ts';
import { SshReader } from '../wire/ssh-reader.ts';
import { FrameSplitter } from './messages/frames.ts';

/** What asks for a sign of life, and leaves nothing behind. */
export const KEEP_ALIVE = 'keepalive@openssh.com';

/** A channel of a borrower, by its own number. */
interface TrackedChannel {
  /** The server's number; undefined until it has opened the channel. */
  remote: number | undefined;
  hasSentClose: boolean;
  hasReceivedClose: boolean;
}

/** One connection's channels and requests. */
export class SshTracker implements AnswerTracker {
  /** Whether a borrower asked for what outlives its channels, such as a port at the server. */
  isSpent = false;
  readonly #sent = new FrameSplitter();
  readonly #received = new FrameSplitter();
  readonly #channels = new Map<number, TrackedChannel>();
  /** Our numbers of channels, by the server's. */
  readonly #locals = new Map<number, number>();
  /** Global requests whose reply has not come. */
  #owed = 0;

  sent(bytes: Uint8Array): void {
    for (const message of this.#sent.push(bytes)) this.#send(new SshReader(message));
  }

  received(bytes: Uint8Array): void {
    for (const message of this.#received.push(bytes)) this.#receive(new SshReader(message));
  }

  /** Whether no channel is open, and no reply is owed. */
  get isIdle(): boolean {
    const isPartial = this.#sent.isPartial || this.#received.isPartial;
    return this.#channels.size === 0 && this.#owed === 0 && !isPartial;
  }

  /** Whether the server's CLOSE is all that is missing: what the pool asks then is answered behind it. */
  get needsReset(): boolean {
    if (this.#channels.size === 0 || this.#sent.isPartial) return false;
    return [...this.#channels.values()].every(({ hasSentClose }) => hasSentClose);
  }

  #send(reader: SshReader): void {
    const number = reader.u8();
    if (number === CONNECTION.GLOBAL_REQUEST) this.#ask(reader);
    else if (number === CONNECTION.CHANNEL_OPEN) this.#open(reader);
    else if (number === CONNECTION.CHANNEL_CLOSE) {
      const local = this.#locals.get(reader.u32());
      if (local !== undefined) this.#close(local, 'hasSentClose');
    } else if (number < CONNECTION.GLOBAL_REQUEST) {
      throw protocolError('a borrower sent what is the mooring’s own');
    }
  }

  #ask(reader: SshReader): void {
    if (reader.text() !== KEEP_ALIVE) this.isSpent = true;
    if (reader.boolean()) this.#owed += 1;
  }

  #open(reader: SshReader): void {
    reader.string();
    const local = reader.u32();
    if (this.#channels.has(local)) throw protocolError('a borrower opened a channel twice');
    this.#channels.set(local, { remote: undefined, hasSentClose: false, hasReceivedClose: false });
  }

  #receive(reader: SshReader): void {
    const number = reader.u8();
    if (number === CONNECTION.REQUEST_SUCCESS || number === CONNECTION.REQUEST_FAILURE) {
      if (this.#owed === 0) throw protocolError('the server answered what was not asked');
      this.#owed -= 1;
      return;
    }
    if (number <= CONNECTION.CHANNEL_OPEN)
      throw protocolError('the server opened a channel that nobody asked for');
    const local = reader.u32();
    const channel = this.#channels.get(local);
    if (channel === undefined) throw protocolError('the server spoke of a channel that is not open');
    if (number === CONNECTION.CHANNEL_OPEN_CONFIRMATION) {
      channel.remote = reader.u32();
      this.#locals.set(channel.remote, local);
    } else if (number === CONNECTION.CHANNEL_OPEN_FAILURE) this.#channels.delete(local);
    else if (number === CONNECTION.CHANNEL_CLOSE) this.#close(local, 'hasReceivedClose');
  }

  #close(local: number, side: 'hasSentClose' | 'hasReceivedClose'): void {
    const channel = this.#channels.get(local);
    if (channel === undefined) return;
    channel[side] = true;
    if (!channel.hasSentClose || !channel.hasReceivedClose) return;
    this.#channels.delete(local);
    if (channel.remote !== undefined) this.#locals.delete(channel.remote);
  }
}
