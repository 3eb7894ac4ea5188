// Whether both sides still hear each other (section 3.1.2.10): when to send PINGREQ, and when to give up.
import type { Deadline, Deadlines } from '@fairlead/client';

/** What it asks of its connection. */
interface Line {
  /** Sends PINGREQ. */
  ping(): void;
  /** Nothing was heard behind two PINGREQs. */
  lost(): void;
  /** Whether what has come is read. */
  mayRead(): boolean;
}

/** Of one connection. */
export class KeepAlive {
  readonly #deadlines: Deadlines;
  readonly #line: Line;
  #deadline: Deadline | undefined;
  /** Set where something was sent, and where something was heard, in this half of the time. */
  sent = false;
  heard = false;
  /** How many times in a row nothing was heard behind a PINGREQ. */
  silent = 0;

  constructor(deadlines: Deadlines, line: Line) {
    this.#deadlines = deadlines;
    this.#line = line;
  }

  /** Every half of the keep-alive time: PINGREQ unless both sides have said something meanwhile. */
  watch(halfMs: number): void {
    this.#deadline = this.#deadlines.add(halfMs, () => {
      if (this.heard || !this.#line.mayRead()) this.silent = 0;
      if (this.silent > 1) {
        this.#line.lost();
        return;
      }
      if (!this.sent || !this.heard) {
        this.silent++;
        this.#line.ping();
      }
      this.sent = this.heard = false;
      this.watch(halfMs);
    });
  }

  stop(): void {
    this.#deadlines.remove(this.#deadline);
  }
}
