// Payloads out: frames, seals and writes them in order, one write for what is sent in one tick. It knows no message.
import { concat } from '@fairlead/bytes';
import { type Deferred, deferred, Fifo, inNextTurn, Tick } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import type { Transport } from '@fairlead/transport';
import { plainSealer } from '../../ciphers/plain.ts';
import type { Sealer } from '../../ciphers/types.ts';
import { PacketBuilder } from '../../wire/transport/packet-frame.ts';

/** Sealed bytes are written when there are so many, though packets behind them are still being sealed. */
const WRITE_BYTES = 65_536;
/** Payloads that may wait for the end of a key exchange. */
const MAX_HELD_BYTES = 16 * 1024 * 1024;
/** What a payload that waits takes besides its bytes. */
const HELD_OVERHEAD_BYTES = 256;
const RANDOM_BYTES = 4_096;
/** More than any packet is padded with. */
const MAX_PADDING = 32;

/** A packet on its way. */
interface Outgoing {
  pieces: readonly Uint8Array[] | undefined;
  readonly sent: Deferred<void>;
}

/** A payload that waits for the end of a key exchange. */
interface Held {
  readonly payload: Uint8Array;
  readonly sent: Deferred<void>;
}

/** The sending direction of a link. */
export class PacketSender {
  /** Of packets since the keys were installed; the link asks for new ones by it. */
  bytes = 0;
  packets = 0;
  readonly #transport: Transport;
  readonly #builder = new PacketBuilder();
  readonly #outgoing = new Fifo<Outgoing>();
  readonly #held = new Fifo<Held>();
  readonly #random = new Uint8Array(RANDOM_BYTES);
  readonly #flush: Tick = new Tick(() => this.#write());
  #randomAt = RANDOM_BYTES;
  #sealer: Sealer = plainSealer;
  #sequence = 0;
  #heldBytes = 0;
  #holds = false;
  /** Packets that are not sealed yet. */
  #sealing = 0;
  /** Sealed and not written. */
  #sealedBytes = 0;
  #waitsForMore = false;
  #failure: Error | undefined;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Writes bytes before the first packet, in one write with it. */
  raw(bytes: Uint8Array): void {
    this.#outgoing.push({ pieces: [bytes], sent: silent() });
    this.#flush.schedule();
  }

  /** Sends a payload, or keeps it while a key exchange is under way. */
  send(payload: Uint8Array): Promise<void> {
    if (!this.#holds) return this.push(payload);
    if (this.#failure !== undefined) return rejected(this.#failure);
    const weight = payload.length + HELD_OVERHEAD_BYTES;
    if (this.#heldBytes + weight > MAX_HELD_BYTES) {
      const message = `SSH: more than ${MAX_HELD_BYTES} bytes wait for the end of a key exchange`;
      return rejected(new FairleadError('limit', message));
    }
    this.#heldBytes += weight;
    const sent = silent();
    this.#held.push({ payload, sent });
    return sent.promise;
  }

  /** Sends a payload at once: one of the exchange, or of the transport layer. */
  push(payload: Uint8Array): Promise<void> {
    const sent = silent();
    if (this.#failure !== undefined) {
      sent.reject(this.#failure);
      return sent.promise;
    }
    const outgoing: Outgoing = { pieces: undefined, sent };
    this.#outgoing.push(outgoing);
    this.#sealing++;
    const framed = this.#builder.build(payload, this.#sequence, this.#sealer, this.#padding());
    this.#sequence = (this.#sequence + 1) >>> 0;
    this.bytes += framed.length;
    this.packets++;
    this.#sealer.seal(framed).then(
      (pieces) => {
        outgoing.pieces = pieces;
        for (const { length } of pieces) this.#sealedBytes += length;
        this.#sealing--;
        this.#flush.schedule();
      },
      (error: Error) => this.fail(error),
    );
    return sent.promise;
  }

  /** Whether payloads are kept. */
  get holds(): boolean {
    return this.#holds;
  }

  /** Keeps what `send` is given until `release`. */
  hold(): void {
    this.#holds = true;
  }

  /** Sends what was kept. */
  release(): void {
    this.#holds = false;
    this.#heldBytes = 0;
    for (let held = this.#held.shift(); held !== undefined; held = this.#held.shift()) {
      const { sent } = held;
      this.push(held.payload).then(sent.resolve, sent.reject);
    }
  }

  /**
   * Seals with new keys from the next packet on.
   * @param strict Whether the sequence number begins again.
   */
  install(sealer: Sealer, strict: boolean): void {
    this.#sealer = sealer;
    if (strict) this.#sequence = 0;
    this.bytes = 0;
    this.packets = 0;
  }

  /** Lets what is queued wait for what is sent before the next turn of the event loop, so that both leave in one write. */
  waitForMore(): void {
    this.#waitsForMore = true;
    inNextTurn(() => {
      this.#waitsForMore = false;
      this.#write();
    });
  }

  /** Rejects all that waits, and all that comes. */
  fail(reason: Error): void {
    this.#failure ??= reason;
    for (const { sent } of [...this.#held.all(), ...this.#outgoing.all()]) sent.reject(this.#failure);
    while (this.#held.shift() !== undefined);
    while (this.#outgoing.shift() !== undefined);
    this.#heldBytes = 0;
  }

  /** Writes the packets that are sealed, in order. */
  #write(): void {
    if (this.#failure !== undefined) return;
    // What is being sealed at this moment leaves with what is ready, unless a whole write is.
    if ((this.#sealing > 0 || this.#waitsForMore) && this.#sealedBytes < WRITE_BYTES) return;
    const ready: Uint8Array[] = [];
    const waiting: Deferred<void>[] = [];
    for (let first = this.#outgoing.first; first?.pieces !== undefined; first = this.#outgoing.first) {
      ready.push(...first.pieces);
      waiting.push(first.sent);
      this.#outgoing.shift();
    }
    this.#sealedBytes = 0;
    if (ready.length === 0) return;
    // One array for all, which the transport cuts without copying again.
    this.#transport.write(concat(ready)).then(
      () => {
        for (const sent of waiting) sent.resolve();
      },
      (error: Error) => {
        for (const sent of waiting) sent.reject(error);
        this.fail(error);
      },
    );
  }

  #padding(): Uint8Array {
    if (this.#randomAt + MAX_PADDING > RANDOM_BYTES) {
      crypto.getRandomValues(this.#random);
      this.#randomAt = 0;
    }
    const padding = this.#random.subarray(this.#randomAt, this.#randomAt + MAX_PADDING);
    this.#randomAt += MAX_PADDING;
    return padding;
  }
}

/** A promise that may be left unawaited. */
function silent(): Deferred<void> {
  const sent = deferred<void>();
  sent.promise.catch(() => undefined);
  return sent;
}

function rejected(reason: Error): Promise<void> {
  const sent = silent();
  sent.reject(reason);
  return sent.promise;
}
