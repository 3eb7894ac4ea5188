// Whether what a client has sent so far can have an answer: not in the middle of a line, nor of a literal that the server is not
// asked about (LITERAL+, RFC 7888). It keeps no content.
import { Line } from './line.ts';

const COMMAND = /^A(\d{1,15}) [A-Z]/;

/** A position in what one client sends, command by command. */
export class Flight {
  readonly #line = new Line();
  #tag = 0;
  /** Bytes of a literal that are still to come. */
  #left = 0;
  /** Whether the line goes on behind a literal. */
  #isOpen = false;
  /** Whether the server was asked about a literal: whether its bytes come or another command is not known here. */
  #isAsking = false;

  /** Takes one write of the client. @returns Whether the server can answer now. */
  take(bytes: Uint8Array): boolean {
    const tag = Number(COMMAND.exec(String.fromCharCode(...bytes.subarray(0, 20)))?.[1] ?? 0);
    if (tag > this.#tag && (this.#isAsking || this.#isBetween)) {
      this.#tag = tag;
      this.#isAsking = false;
    }
    if (this.#isAsking) return true;
    for (let at = 0; at < bytes.length && !this.#isAsking; ) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, bytes.length - at);
        this.#left -= taken;
        at += taken;
      } else at = this.#takeLine(bytes, at);
    }
    return this.#isAsking || this.#isBetween;
  }

  get #isBetween(): boolean {
    return this.#left === 0 && !this.#isOpen && this.#line.isEmpty;
  }

  #takeLine(bytes: Uint8Array, at: number): number {
    const next = this.#line.take(bytes, at);
    if (next === undefined) return bytes.length;
    const { literal } = this.#line;
    this.#line.reset();
    this.#isAsking = literal?.isWaiting ?? false;
    this.#isOpen = literal?.isWaiting === false;
    this.#left = this.#isOpen ? (literal?.size ?? 0) : 0;
    return next;
  }
}
