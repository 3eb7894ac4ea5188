// The data that this side sends on one channel: in order, cut to packets, as the server's window allows. It opens and
// closes nothing.
import { type Deferred, deferred } from '@fairlead/client';
import { SendWindow } from '../session/windows.ts';

/** How much of one write is handed to the link before the link must have accepted it: other channels get their turn. */
const AHEAD_BYTES = 131_072;

const noop = (): void => undefined;
const DONE = /* @__PURE__ */ Promise.resolve();

/** The writes of one channel. */
export class Outgoing {
  readonly #send: (data: Uint8Array) => Promise<void>;
  readonly #window: SendWindow = new SendWindow();
  /** Settles when all writes so far were handed to the link, or never will be. */
  #handed: Promise<void> = DONE;
  #windowOpens: Deferred<void> | undefined;
  #failure: Error | undefined;

  /** @param send Sends one packet; settles when the link has accepted it. */
  constructor(send: (data: Uint8Array) => Promise<void>) {
    this.#send = send;
  }

  /** The server has said how much it takes. @throws FairleadError `protocol`. */
  begin(window: number, maxPacket: number): void {
    this.#window.begin(window, maxPacket);
  }

  /** The server takes more. @throws FairleadError `protocol`. */
  grow(bytes: number): void {
    this.#window.grow(bytes);
    if (this.#window.isOpen) this.#windowOpens?.resolve();
  }

  /** Settles when the link has accepted all of `bytes`; leave them unchanged until then. */
  write(bytes: Uint8Array): Promise<void> {
    const handing = this.#handed.then(() => this.#hand(bytes));
    this.#handed = handing.then(noop, noop);
    const accepted = handing.then((last) => last());
    accepted.catch(noop);
    return accepted;
  }

  /** Settles when all writes so far were handed to the link, or never will be. */
  get handed(): Promise<void> {
    return this.#handed;
  }

  /** Rejects what waits, and all that follows. */
  fail(reason: Error): void {
    this.#failure ??= reason;
    this.#windowOpens?.resolve();
  }

  /** @returns A function that gives the promise of the last packet: a promise of a promise would wait for both. */
  async #hand(bytes: Uint8Array): Promise<() => Promise<void>> {
    let accepted = DONE;
    let ahead = 0;
    for (let at = 0; at < bytes.length; ) {
      while (this.#failure === undefined && !this.#window.isOpen) await this.#waitForWindow();
      if (this.#failure !== undefined) throw this.#failure;
      const length = this.#window.take(bytes.length - at);
      accepted = this.#send(bytes.subarray(at, at + length));
      accepted.catch(noop);
      at += length;
      ahead += length;
      if (ahead < AHEAD_BYTES) continue;
      ahead = 0;
      await accepted;
    }
    if (this.#failure !== undefined) throw this.#failure;
    return () => accepted;
  }

  async #waitForWindow(): Promise<void> {
    const opens = deferred<void>();
    this.#windowOpens = opens;
    await opens.promise;
    this.#windowOpens = undefined;
  }
}
