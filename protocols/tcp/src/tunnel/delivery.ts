// How much of what was sent the peer has not been seen to read: pings among the data, answered in order. Pure.

/** A ping follows every so many bytes. */
const PING_EVERY_BYTES = 262_144;
/** No more than this is sent without an answer to the pings in it. */
const MAX_UNCONFIRMED_BYTES = 1_048_576;

/** What may be sent beyond it without having been asked for by this side: answers to the peer's pings. */
const MAX_ANSWER_BYTES = 65_536;

interface OpenPing {
  readonly token: Uint8Array;
  /** Bytes between the ping before it and this one. */
  readonly bytes: number;
}

/** Counts bytes between pings. */
export class DeliveryCheck {
  readonly #open: OpenPing[] = [];
  /** Bytes since the latest ping. */
  #sincePing = 0;
  #unconfirmed = 0;

  /** Bytes that may be sent now. */
  get room(): number {
    return MAX_UNCONFIRMED_BYTES - this.#unconfirmed;
  }

  /** Whether answers have piled up at a peer that does not read. */
  get isOverrun(): boolean {
    return this.room < -MAX_ANSWER_BYTES;
  }

  /** Whether a ping has to be sent before further data. */
  get isDue(): boolean {
    return this.#sincePing >= PING_EVERY_BYTES;
  }

  sent(bytes: number): void {
    this.#sincePing += bytes;
    this.#unconfirmed += bytes;
  }

  /** A ping was sent. */
  asked(token: Uint8Array): void {
    this.#open.push({ token: token.slice(), bytes: this.#sincePing });
    this.#sincePing = 0;
  }

  /** Whether `token` is that of the oldest open ping; what was sent before it counts as read then. */
  confirm(token: Uint8Array): boolean {
    const [oldest] = this.#open;
    if (oldest === undefined || !oldest.token.every((byte, n) => byte === token[n])) return false;
    this.#open.shift();
    this.#unconfirmed -= oldest.bytes;
    return true;
  }
}
