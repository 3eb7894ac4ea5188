// Cuts one direction of a connection into messages, in whatever pieces it comes, and keeps the beginning of each: a message is
// one packet, or several of which all but the last are of the largest size.
import { Buffer } from 'node:buffer';
import { PacketReader } from '../wire/packet-reader.ts';

const HEADER_BYTES = 4;
/** The largest payload of one packet. */
export const MAX_PAYLOAD_BYTES = 0xff_ffff;
/** More than an OK packet has, and the text of an error. */
const KEPT_BYTES = 4_096;

/** What a whole message is told by: its beginning, its whole length, and the numbers of its first and last packet. */
export type OnMessage = (beginning: PacketReader, length: number, first: number, last: number) => void;

/** One direction. */
export class Messages {
  readonly #onMessage: OnMessage;
  readonly #reader = new PacketReader();
  readonly #kept = Buffer.alloc(KEPT_BYTES);
  readonly #header = new Uint8Array(HEADER_BYTES);
  /** How many bytes of the packet's header have come. */
  #headerBytes = 0;
  /** How many bytes of its payload are still to come. */
  #left = 0;
  #isLast = true;
  /** Of the message: how much has come, and the number of its first packet. */
  #length = 0;
  #first: number | undefined;

  constructor(onMessage: OnMessage) {
    this.#onMessage = onMessage;
  }

  /** Whether the last message has come whole. */
  get isWhole(): boolean {
    return this.#first === undefined && this.#headerBytes === 0;
  }

  take(bytes: Uint8Array): void {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at < buffer.length; ) {
      at = this.#headerBytes < HEADER_BYTES ? this.#takeHeader(buffer, at) : this.#takePayload(buffer, at);
    }
  }

  #takeHeader(bytes: Buffer, at: number): number {
    this.#header[this.#headerBytes] = bytes[at] ?? 0;
    this.#headerBytes += 1;
    if (this.#headerBytes < HEADER_BYTES) return at + 1;
    const [low = 0, middle = 0, high = 0, sequence = 0] = this.#header;
    this.#left = low | (middle << 8) | (high << 16);
    this.#isLast = this.#left < MAX_PAYLOAD_BYTES;
    this.#first ??= sequence;
    if (this.#left === 0) this.#endPacket(this.#kept, 0);
    return at + 1;
  }

  #takePayload(bytes: Buffer, at: number): number {
    const taken = Math.min(this.#left, bytes.length - at);
    const end = at + taken;
    this.#left -= taken;
    // Nearly always the message is whole: then nothing is copied.
    if (this.#length === 0 && this.#left === 0 && this.#isLast) {
      this.#length = taken;
      this.#endPacket(bytes, at);
      return end;
    }
    if (this.#length < KEPT_BYTES) bytes.copy(this.#kept, this.#length, at, end);
    this.#length += taken;
    if (this.#left === 0) this.#endPacket(this.#kept, 0);
    return end;
  }

  #endPacket(bytes: Buffer, at: number): void {
    this.#headerBytes = 0;
    if (!this.#isLast) return;
    const length = this.#length;
    const first = this.#first ?? 0;
    this.#length = 0;
    this.#first = undefined;
    const kept = bytes === this.#kept ? Math.min(length, KEPT_BYTES) : length;
    this.#onMessage(this.#reader.reset(bytes, at, at + kept), length, first, this.#header[3] ?? 0);
  }
}

/** Tells the content of a file (LOAD DATA LOCAL) from commands, whose first packets have the number 0. */
export class FileContent {
  #isOpen = false;

  /** Whether the client's next message is of a file: it ends with an empty one. */
  takes(sequence: number, length: number): boolean {
    if (!this.#isOpen && sequence === 0) return false;
    this.#isOpen = length > 0;
    return true;
  }
}
