// Finds the responses in what a server sends, in any pieces: how each begins, past literals, so that no mail can pass as one. It
// keeps no content.
import { Line } from './line.ts';

/** Lines whose words are for people, and hold no literal. As the client's parser has it. */
const CONDITION = /^(?:\+|\S+ (?:OK|NO|BAD|BYE|PREAUTH) (?!\[[^\]]*$))/i;

/** A position in what a server sends. */
export class Responses {
  readonly #onResponse: (head: string) => void;
  readonly #line = new Line();
  /** How the response begins whose literal has come. */
  #begun: string | undefined;
  #left = 0;

  /** @param onResponse Is told the beginning of each whole response. */
  constructor(onResponse: (head: string) => void) {
    this.#onResponse = onResponse;
  }

  /** Whether the next byte begins a response. */
  get isBetween(): boolean {
    return this.#begun === undefined && this.#left === 0 && this.#line.isEmpty;
  }

  /** Takes what the server sends. */
  take(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, bytes.length - at);
        this.#left -= taken;
        at += taken;
        continue;
      }
      const next = this.#line.take(bytes, at);
      if (next === undefined) return;
      this.#endLine();
      at = next;
    }
  }

  #endLine(): void {
    const { literal, head } = this.#line;
    const begun = this.#begun ?? head;
    this.#line.reset();
    const isGoingOn = literal !== undefined && !CONDITION.test(begun);
    this.#begun = isGoingOn ? begun : undefined;
    this.#left = isGoingOn ? literal.size : 0;
    if (!isGoingOn) this.#onResponse(begun);
  }
}
