// The lines that were typed before, as the arrow keys bring them back.
import type { Signal } from '@preact/signals';

/** Lines that are kept. */
const KEPT = 200;

/** Goes back and forth in the lines. */
export class LineHistory {
  readonly #lines: Signal<readonly string[]>;
  /** How far back; 0 is what is being typed. */
  #back = 0;
  #typed = '';

  constructor(lines: Signal<readonly string[]>) {
    this.#lines = lines;
  }

  /** A line that was sent. The same one again is kept once. */
  add(line: string): void {
    const lines = this.#lines.peek();
    if (lines.at(-1) !== line) this.#lines.value = [...lines, line].slice(-KEPT);
    this.#back = 0;
  }

  /** The line before. @param typed What stands there, to come back to. */
  before(typed: string): string {
    const lines = this.#lines.peek();
    if (this.#back === 0) this.#typed = typed;
    this.#back = Math.min(lines.length, this.#back + 1);
    return lines.at(-this.#back) ?? typed;
  }

  /** The line behind; at the end what was being typed. */
  after(): string {
    this.#back = Math.max(0, this.#back - 1);
    return this.#back === 0 ? this.#typed : (this.#lines.peek().at(-this.#back) ?? this.#typed);
  }
}
