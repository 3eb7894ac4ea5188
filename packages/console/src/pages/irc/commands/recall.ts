// What was sent from a line, to be brought back by the arrow keys; what is typed and not sent waits meanwhile.

/** Lines that are kept. */
const KEPT = 50;

/** The lines of one field. */
export class Recall {
  #sent: readonly string[] = [];
  /** 0: what is typed; 1: the newest that was sent. */
  #at = 0;
  #typed = '';

  /** Keeps a line that is sent. */
  keep(line: string): void {
    this.#sent = [...this.#sent, line].slice(-KEPT);
    this.#at = 0;
  }

  /** Goes to an older line, or a newer one. @param shown What stands in the field. @returns What is to stand there. */
  step(by: 'older' | 'newer', shown: string): string {
    if (this.#at === 0) this.#typed = shown;
    this.#at = Math.max(0, Math.min(this.#sent.length, this.#at + (by === 'older' ? 1 : -1)));
    return this.#at === 0 ? this.#typed : (this.#sent.at(-this.#at) ?? shown);
  }
}
