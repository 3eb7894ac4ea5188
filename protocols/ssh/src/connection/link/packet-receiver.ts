// Payloads in: cuts packets out of what arrives and opens them, several at once where their lengths are clear. It knows no message.
import { ReceiveBuffer } from '@fairlead/bytes';
import { Fifo } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import type { Transport } from '@fairlead/transport';
import { plainOpener } from '../../ciphers/plain.ts';
import type { Opener } from '../../ciphers/types.ts';
import { checkPacketLength, payloadOf } from '../../wire/transport/packet-frame.ts';

/** The receiving direction of a link. It reads when it is asked for a payload. */
export class PacketReceiver {
  /** Of packets since the keys were installed; the link asks for new ones by it. */
  bytes = 0;
  packets = 0;
  /**
   * Whether no packet is opened before the one in front was handed out: so while NEWKEYS is owed, since what follows it is opened with
   * other keys.
   */
  oneByOne = true;
  /** The sequence number of the payload that `next` returned last. */
  sequenceOfLast = 0;
  readonly #transport: Transport;
  /** Without a cap of its own: a packet's length is checked before more of it is read. */
  readonly #buffer: ReceiveBuffer = new ReceiveBuffer(Number.POSITIVE_INFINITY);
  readonly #opening = new Fifo<{ readonly sequence: number; readonly content: Promise<Uint8Array> }>();
  #opener: Opener = plainOpener;
  #sequence = 0;
  /** The checked length of the packet at the buffer's start, once it is known. */
  #length: number | undefined;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The sequence number of the next packet. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Takes bytes that another reader of the transport has left. */
  push(bytes: Uint8Array): void {
    this.#buffer.push(bytes);
  }

  /**
   * The next payload; `undefined` at the end of the stream.
   * @throws FairleadError `protocol` (a damaged packet), `connection_lost` (the stream ends within a packet), and what the transport throws.
   */
  async next(): Promise<Uint8Array | undefined> {
    if (this.#opening.first === undefined && !(await this.#fill())) return undefined;
    const first = this.#opening.shift();
    if (first === undefined) return undefined;
    const payload = payloadOf(await first.content);
    this.sequenceOfLast = first.sequence;
    return payload;
  }

  /**
   * Opens with new keys from the next packet on.
   * @param strict Whether the sequence number begins again.
   */
  install(opener: Opener, strict: boolean): void {
    this.#opener = opener;
    if (strict) this.#sequence = 0;
    this.bytes = 0;
    this.packets = 0;
  }

  /** Reads until a packet is whole, and begins to open what is there. @returns False at the end of the stream. */
  async #fill(): Promise<boolean> {
    for (;;) {
      const missing = await this.#openWhole();
      if (this.#opening.first !== undefined) return true;
      this.#buffer.keep();
      const chunk = await this.#transport.read(missing);
      if (chunk !== undefined) {
        this.#buffer.push(chunk);
        continue;
      }
      if (this.#buffer.length === 0) return false;
      const { peer } = this.#transport;
      throw new FairleadError(
        'connection_lost',
        'SSH: The server closed the connection in the middle of a packet',
        {
          peer,
        },
      );
    }
  }

  /** Begins to open the packets that are whole. @returns How many bytes the next one lacks. */
  async #openWhole(): Promise<number> {
    const buffer = this.#buffer;
    for (;;) {
      const opener = this.#opener;
      if (buffer.length < opener.headBytes) return opener.headBytes - buffer.length;
      if (this.#length === undefined) {
        const length = opener.length(buffer.view(opener.headBytes), this.#sequence);
        this.#length = typeof length === 'number' ? length : await length;
        checkPacketLength(this.#length, opener);
      }
      const total = 4 + this.#length + opener.tagBytes;
      if (buffer.length < total) {
        buffer.reserve(total);
        return total - buffer.length;
      }
      this.#open(total);
      if (this.oneByOne) return 1;
    }
  }

  #open(total: number): void {
    const sequence = this.#sequence;
    const content = this.#opener.open(this.#buffer.view(total), sequence);
    // It is awaited when its turn comes.
    content.catch(() => undefined);
    this.#opening.push({ sequence, content });
    this.#buffer.consume(total);
    this.#length = undefined;
    this.#sequence = (sequence + 1) >>> 0;
    this.bytes += total;
    this.packets++;
  }
}
