// One side's session of `fairlead.tunnel.v1`: what a message means, how much may be sent, when credit is due. Pure: it sends
// nothing and waits for nothing. Both sides of a tunnel run this same class.
import { usage } from '@fairlead/errors';
import { DeliveryCheck } from './delivery.ts';
import {
  dataCost,
  decodeFrame,
  encodeCredit,
  encodeData,
  encodeEnd,
  encodePing,
  type Frame,
  MAX_DATA_BYTES,
  MIN_DATA_COST,
  PING_BYTES,
} from './frames.ts';

/** The credit that both sides have when the WebSocket opens, in bytes. */
export const INITIAL_CREDIT = 524_288;
/** More credit than this at a time breaks the protocol. */
export const MAX_CREDIT = 67_108_864;

/** RFC 6455 section 7.4.1. */
const PROTOCOL_ERROR = 1002;
const UNSUPPORTED_DATA = 1003;

/** Why the WebSocket has to be closed, and how. */
export interface TunnelProblem {
  /** For the Close frame. */
  readonly closeCode: number;
  /** A few words for the Close frame and for people. */
  readonly reason: string;
}

/** What a message means to its receiver. */
export type TunnelEvent =
  /** Bytes of the TCP stream. Call `consumed(cost)` when they are written on. They share the message's memory. */
  | { readonly kind: 'data'; readonly bytes: Uint8Array; readonly cost: number }
  /** The peer's direction has ended; end the sending direction of the TCP connection behind what was written. */
  | { readonly kind: 'end' }
  /** More may be sent than before: look at `sendable`. */
  | { readonly kind: 'room' }
  /** Send this frame now. */
  | { readonly kind: 'reply'; readonly frame: Uint8Array }
  /** The peer broke the protocol: close the WebSocket. Every later message is a problem too. */
  | { readonly kind: 'problem'; readonly problem: TunnelProblem };

/** Options of `TunnelSession`. */
export interface TunnelSessionOptions {
  /**
   * How many bytes the peer may have on their way, and so how many this side has to keep while its reader takes none.
   * Default and least 524,288; at most 67,108,864. A larger window is announced by `opening()`.
   */
  readonly windowBytes?: number | undefined;
  /**
   * Whether credit alone does not suffice for sending: the peer has to answer pings that travel among the data, which shows
   * that it has read what came before them. A gateway asks for it, so that a peer which gives credit and reads nothing
   * costs no memory. Default false.
   */
  readonly confirmsDelivery?: boolean | undefined;
}

/** One side of a tunnel. */
export class TunnelSession {
  readonly #windowBytes: number;
  readonly #delivery: DeliveryCheck | undefined;
  /** What the peer may still send. */
  #granted = INITIAL_CREDIT;
  /** What was consumed and not granted again yet. */
  #consumed = 0;
  /** What this side may still send. */
  #credit = INITIAL_CREDIT;
  #isSendingEnded = false;
  #isReceivingEnded = false;
  #problem: TunnelEvent | undefined;

  /** @throws FairleadError `usage`: a window outside its range. */
  constructor({ windowBytes = INITIAL_CREDIT, confirmsDelivery = false }: TunnelSessionOptions = {}) {
    if (!(Number.isSafeInteger(windowBytes) && windowBytes >= INITIAL_CREDIT && windowBytes <= MAX_CREDIT)) {
      throw usage(`windowBytes is a whole number from ${INITIAL_CREDIT} to ${MAX_CREDIT}`);
    }
    this.#windowBytes = windowBytes;
    this.#delivery = confirmsDelivery ? new DeliveryCheck() : undefined;
  }

  /** Whether both directions have ended: close with 1000. */
  get isDone(): boolean {
    return this.#isSendingEnded && this.#isReceivingEnded;
  }

  /** How many bytes the next data frame may hold: 0 means wait for the event `room`. */
  get sendable(): number {
    if (this.#isSendingEnded || this.#problem !== undefined) return 0;
    const room = Math.min(this.#credit, this.#delivery?.room ?? MAX_DATA_BYTES, MAX_DATA_BYTES);
    return room < MIN_DATA_COST ? 0 : room;
  }

  /** Look here after each frame that was sent: whether a `ping` has to follow. Never without `confirmsDelivery`. */
  get isPingDue(): boolean {
    return this.#delivery?.isDue ?? false;
  }

  /** The first frame to send, where the window is larger than the initial one. */
  opening(): Uint8Array | undefined {
    const more = this.#windowBytes - INITIAL_CREDIT;
    if (more === 0) return undefined;
    this.#granted += more;
    return encodeCredit(more);
  }

  /** What a message means. Text is a problem: frames are binary. */
  receive(message: Uint8Array | string): TunnelEvent {
    if (this.#problem !== undefined) return this.#problem;
    if (typeof message === 'string') return this.#fail('frames are binary messages', UNSUPPORTED_DATA);
    return this.#take(decodeFrame(message));
  }

  #take(frame: Frame): TunnelEvent {
    switch (frame.type) {
      case 'data':
        return this.#takeData(frame.bytes);
      case 'credit':
        this.#credit += frame.amount;
        return this.#credit > MAX_CREDIT ? this.#fail('more credit than there may be') : { kind: 'room' };
      case 'end':
        if (this.#isReceivingEnded) return this.#fail('a second end');
        this.#isReceivingEnded = true;
        return { kind: 'end' };
      case 'ping':
        return this.#answer(frame.token);
      case 'pong':
        return this.#delivery?.confirm(frame.token)
          ? { kind: 'room' }
          : this.#fail('a pong without its ping');
      default:
        return this.#fail(frame.reason);
    }
  }

  /** Answers are small, but a peer that asks and never reads would pile them up. */
  #answer(token: Uint8Array): TunnelEvent {
    this.#delivery?.sent(MIN_DATA_COST);
    if (this.#delivery?.isOverrun) return this.#fail('pings, and their answers are not read');
    return { kind: 'reply', frame: encodePing('pong', token) };
  }

  #takeData(bytes: Uint8Array): TunnelEvent {
    if (this.#isReceivingEnded) return this.#fail('data behind the end');
    const cost = dataCost(bytes.length);
    if (cost > this.#granted) return this.#fail('more data than credit');
    this.#granted -= cost;
    return { kind: 'data', bytes, cost };
  }

  #fail(reason: string, closeCode = PROTOCOL_ERROR): TunnelEvent {
    this.#problem = { kind: 'problem', problem: { closeCode, reason } };
    return this.#problem;
  }

  /**
   * Gives the credit of consumed data back.
   * @param cost As the event `data` had it.
   * @returns The frame to send, where enough has come together.
   */
  consumed(cost: number): Uint8Array | undefined {
    this.#consumed += cost;
    if (this.#consumed < this.#windowBytes / 4 || this.#isReceivingEnded) return undefined;
    const amount = this.#consumed;
    this.#consumed = 0;
    this.#granted += amount;
    return encodeCredit(amount);
  }

  /**
   * The frame for `bytes`, which it copies.
   * @throws FairleadError `usage`: no bytes, or more than `sendable`.
   */
  data(bytes: Uint8Array): Uint8Array {
    if (bytes.length === 0 || bytes.length > this.sendable) {
      throw usage('a data frame holds at least one byte and at most what may be sent');
    }
    const cost = dataCost(bytes.length);
    this.#credit -= cost;
    this.#delivery?.sent(cost);
    return encodeData(bytes);
  }

  /** The frame that ends this side's direction. @throws FairleadError `usage`: a second time. */
  end(): Uint8Array {
    if (this.#isSendingEnded) throw usage('this direction of the tunnel has ended already');
    this.#isSendingEnded = true;
    return encodeEnd();
  }

  /**
   * The ping to send where `isPingDue`.
   * @param token Eight random bytes: a peer that could guess them could pretend to have read.
   * @throws FairleadError `usage`: another length, or no `confirmsDelivery`.
   */
  ping(token: Uint8Array): Uint8Array {
    if (this.#delivery === undefined || token.length !== PING_BYTES) {
      throw usage(`a ping needs confirmsDelivery and ${PING_BYTES} bytes`);
    }
    this.#delivery.asked(token);
    return encodePing('ping', token);
  }
}
