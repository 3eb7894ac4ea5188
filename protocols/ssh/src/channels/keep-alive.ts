// Finds out whether the server is still there, while something is open. It ends nothing itself.
import type { Deadline, Deadlines } from '@fairlead/client';

/** Questions without an answer before the server counts as lost. */
const MAX_UNANSWERED = 3;

/** What keeping alive needs of its connection. */
export interface KeepAliveOwner {
  /** Sends `keepalive@openssh.com`. */
  ask(): void;
  /** The server has been silent behind three questions. */
  onSilent(): void;
}

/** Asks a server that is silent for a sign of life. */
export class KeepAlive {
  readonly #deadlines: Deadlines;
  readonly #everyMs: number;
  readonly #owner: KeepAliveOwner;
  #deadline: Deadline | undefined;
  #unanswered = 0;
  #heard = false;

  /** @param everyMs How long the server may be silent; `Infinity` never asks. */
  constructor(deadlines: Deadlines, everyMs: number, owner: KeepAliveOwner) {
    this.#deadlines = deadlines;
    this.#everyMs = everyMs;
    this.#owner = owner;
  }

  /** Something has come. */
  noteHeard(): void {
    this.#heard = true;
  }

  /** Begins where something is open, and rests where nothing is. */
  update(isBusy: boolean): void {
    if (isBusy === (this.#deadline !== undefined)) return;
    if (isBusy) this.#begin();
    else this.stop();
  }

  /** Asks no more. */
  stop(): void {
    this.#deadlines.remove(this.#deadline);
    this.#deadline = undefined;
    this.#deadlines.rest();
  }

  #begin(): void {
    this.#unanswered = 0;
    this.#heard = false;
    this.#wait();
  }

  #wait(): void {
    this.#deadline = this.#deadlines.add(this.#everyMs, () => this.#check());
  }

  #check(): void {
    if (this.#unanswered === MAX_UNANSWERED && !this.#heard) {
      this.#deadline = undefined;
      this.#owner.onSilent();
      return;
    }
    this.#wait();
    this.#unanswered = this.#heard ? 0 : this.#unanswered + 1;
    this.#heard = false;
    if (this.#unanswered > 0) this.#owner.ask();
  }
}
