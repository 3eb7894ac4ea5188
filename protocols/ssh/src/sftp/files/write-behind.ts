// Writes one file by many WRITEs at a time. The first that fails ends the upload with its error.
import { type Deferred, deferred } from '@fairlead/client';
import type { Call } from '../connection/call.ts';
import type { PendingReply } from '../session/pending-replies.ts';
import { SAFE_REQUEST_BYTES } from '../wire/limits.ts';
import * as FXP from '../wire/numbers/fxp.ts';
import { writeFields } from '../wire/requests.ts';
import { MAX_BYTES_AHEAD, type TransferWindow } from './window.ts';

/** The bytes that go into one open file. */
export class WriteBehind {
  readonly #call: Call;
  readonly #handle: Uint8Array;
  readonly #window: TransferWindow;
  readonly #onWritten: ((bytes: number) => void) | undefined;
  #offset: number;
  #outstanding = 0;
  #bytesOutstanding = 0;
  #bytesWritten = 0;
  #waiting: Deferred<void> | undefined;
  #failure: { readonly reason: unknown } | undefined;
  /** Small pieces that are gathered into one request. */
  #gathered: Uint8Array = new Uint8Array(0);
  #gatheredBytes = 0;

  /** @param onWritten Called with the bytes in all that the server has confirmed. */
  constructor(
    call: Call,
    handle: Uint8Array,
    start: number,
    window: TransferWindow,
    onWritten?: ((bytes: number) => void) | undefined,
  ) {
    this.#call = call;
    this.#handle = handle;
    this.#window = window;
    this.#offset = start;
    this.#onWritten = onWritten;
  }

  /**
   * Writes bytes behind those before. One call at a time.
   * @param bytes Leave them unchanged until the promise settles.
   * @returns Settles when they are on their way, and more may come: that is the backpressure.
   * @throws The error of the first request that failed.
   */
  async write(bytes: Uint8Array): Promise<void> {
    this.#check();
    if (bytes.length < SAFE_REQUEST_BYTES) {
      await this.#gather(bytes);
      return;
    }
    await this.#flush();
    const { requestBytes } = this.#window;
    for (let at = 0; at < bytes.length; at += requestBytes) {
      await this.#send(bytes.subarray(at, at + requestBytes));
    }
  }

  /** Waits until the server has confirmed all. @throws The error of the first request that failed. */
  async finish(): Promise<void> {
    await this.#flush();
    while (this.#outstanding > 0) await this.#progress();
    this.#check();
  }

  async #gather(bytes: Uint8Array): Promise<void> {
    if (this.#gatheredBytes + bytes.length > SAFE_REQUEST_BYTES) await this.#flush();
    if (this.#gathered.length === 0) this.#gathered = new Uint8Array(SAFE_REQUEST_BYTES);
    this.#gathered.set(bytes, this.#gatheredBytes);
    this.#gatheredBytes += bytes.length;
    // While requests are under way, more may still join.
    if (this.#outstanding === 0) await this.#flush();
  }

  async #flush(): Promise<void> {
    const gathered = this.#gathered.subarray(0, this.#gatheredBytes);
    this.#gathered = new Uint8Array(0);
    this.#gatheredBytes = 0;
    if (gathered.length > 0) await this.#send(gathered);
  }

  async #send(bytes: Uint8Array): Promise<void> {
    const { maxRequests } = this.#window;
    while (
      this.#outstanding >= maxRequests ||
      (this.#outstanding > 0 && this.#bytesOutstanding + bytes.length > MAX_BYTES_AHEAD)
    ) {
      await this.#progress();
    }
    this.#check();
    const offset = this.#offset;
    this.#offset += bytes.length;
    this.#outstanding++;
    this.#bytesOutstanding += bytes.length;
    const fields = writeFields(this.#handle, offset, bytes.length);
    let isAccepted = false;
    const accepted = (): void => {
      isAccepted = true;
      this.#wake();
    };
    this.#call.send(FXP.WRITE, fields, this.#replyTo(bytes.length), bytes).then(accepted, this.#fail);
    while (!isAccepted) await this.#progress();
  }

  readonly #fail = (reason: unknown): void => {
    this.#failure ??= { reason };
    this.#wake();
  };

  #replyTo(bytes: number): PendingReply {
    const call = this.#call;
    const pending: PendingReply = {
      expects: FXP.STATUS,
      onReply: (message) => {
        call.answered(pending);
        this.#outstanding--;
        this.#bytesOutstanding -= bytes;
        const refusal = call.refusal(message, true);
        if (refusal !== undefined) this.#fail(call.refused(refusal));
        else this.#confirm(bytes);
      },
      onFailure: this.#fail,
    };
    return pending;
  }

  #confirm(bytes: number): void {
    this.#bytesWritten += bytes;
    try {
      this.#onWritten?.(this.#bytesWritten);
    } catch (reason) {
      this.#fail(reason);
    }
    this.#wake();
  }

  async #progress(): Promise<void> {
    this.#check();
    this.#waiting = deferred();
    await this.#waiting.promise;
    this.#check();
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure.reason;
    this.#call.check();
  }

  #wake(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }
}
