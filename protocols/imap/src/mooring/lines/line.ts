// What is kept of a line while it is looked for its end: its beginning, and its end where a literal is announced. It keeps no content.

const LF = 0x0a;
const CR = 0x0d;
const HEAD_BYTES = 64;
const TAIL_BYTES = 16;

/** One line, or the part of one between two literals, in any pieces. */
export class Line {
  /** Its first bytes, as characters. */
  head = '';
  #tail = '';
  #length = 0;

  /** Whether nothing of it has come. */
  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /**
   * Takes bytes up to the line's end.
   * @returns Where the bytes behind it begin; undefined where it goes on.
   */
  take(bytes: Uint8Array, from: number): number | undefined {
    const lf = bytes.indexOf(LF, from);
    const end = lf < 0 ? bytes.length : lf;
    if (this.#length < HEAD_BYTES) {
      this.head += textOf(bytes.subarray(from, Math.min(end, from + HEAD_BYTES - this.#length)));
    }
    this.#tail = (this.#tail + textOf(bytes.subarray(Math.max(from, end - TAIL_BYTES), end))).slice(
      -TAIL_BYTES,
    );
    this.#length += end - from;
    return lf < 0 ? undefined : lf + 1;
  }

  /** The literal that its end announces. `isWaiting`: its bytes come once the other side has asked for them. */
  get literal(): { readonly size: number; readonly isWaiting: boolean } | undefined {
    const [, digits, plus] = /\{(\d{1,10})(\+?)\}\r?$/.exec(this.#tail) ?? [];
    return digits === undefined ? undefined : { size: Number(digits), isWaiting: plus === '' };
  }

  /** Whether it ends as lines do. A LF alone ends lines for some, and not for others. */
  get endsInCr(): boolean {
    return this.#tail.charCodeAt(this.#tail.length - 1) === CR;
  }

  /** Begins the next one. */
  reset(): void {
    this.head = this.#tail = '';
    this.#length = 0;
  }
}

function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
