// Lines of UTF-8 in large blocks of memory, found by their number: a million rows cost little more than their bytes.
// It looks into no line.

/** Memory is set aside in blocks of so many bytes; a line that is longer gets a block of its own. */
const BLOCK_BYTES = 4 * 1024 * 1024;
/** Places of lines are set aside so many at a time. */
const PAGE_LINES = 1 << 16;
const PAGE_BITS = 16;
/** A line's place is a block's number and an offset in it: 2^23 bytes fit below the number, longer lines begin their block. */
const OFFSET_BITS = 23;
const OFFSET_MASK = (1 << OFFSET_BITS) - 1;
/** So many blocks have a number. */
const MAX_BLOCKS = 1 << (32 - OFFSET_BITS);
const NEWLINE = 0x0a;

/** A place in memory: `bytes[start..end)`. Valid until `clear`; not to be written to. */
export interface Line {
  bytes: Uint8Array;
  start: number;
  end: number;
}

/** The lines. They are added and never changed. */
export class LineMemory {
  #blocks: Uint8Array[] = [];
  /** Of the last block. */
  #used = 0;
  #pages: Uint32Array[] = [];
  #count = 0;
  #bytes = 0;

  /** How many lines there are. */
  get count(): number {
    return this.#count;
  }

  /** What the lines take, in bytes. */
  get size(): number {
    return this.#bytes;
  }

  /**
   * Adds one line. @param end Behind its last byte, before the line break.
   * @returns False where there is no room: some 2 GiB of lines.
   */
  add(bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start + 1;
    if (!this.#makeRoom(length)) return false;
    const block = this.#blocks.at(-1);
    if (block === undefined) return false;
    block.set(bytes.subarray(start, end), this.#used);
    block[this.#used + length - 1] = NEWLINE;
    const page = this.#pageOf(this.#count);
    page[this.#count & (PAGE_LINES - 1)] = ((this.#blocks.length - 1) << OFFSET_BITS) | this.#used;
    this.#used += length;
    this.#bytes += length;
    this.#count += 1;
    return true;
  }

  /** Puts the place of a line into `into`. @param index From 0, below `count`. */
  find(index: number, into: Line): void {
    const place = this.#pages[index >>> PAGE_BITS]?.[index & (PAGE_LINES - 1)] ?? 0;
    const bytes = this.#blocks[place >>> OFFSET_BITS] ?? EMPTY;
    into.bytes = bytes;
    into.start = place & OFFSET_MASK;
    into.end = bytes.indexOf(NEWLINE, into.start);
  }

  /** Forgets all lines. */
  clear(): void {
    this.#blocks = [];
    this.#pages = [];
    this.#used = 0;
    this.#count = 0;
    this.#bytes = 0;
  }

  #makeRoom(length: number): boolean {
    const block = this.#blocks.at(-1);
    if (block !== undefined && this.#used + length <= block.length) return true;
    if (this.#blocks.length >= MAX_BLOCKS) return false;
    this.#blocks.push(new Uint8Array(Math.max(BLOCK_BYTES, length)));
    this.#used = 0;
    return true;
  }

  #pageOf(index: number): Uint32Array {
    const at = index >>> PAGE_BITS;
    const page = this.#pages[at] ?? new Uint32Array(PAGE_LINES);
    if (at === this.#pages.length) this.#pages.push(page);
    return page;
  }
}

const EMPTY = new Uint8Array(0);

/** A place to be filled by `find`. */
export function emptyLine(): Line {
  return { bytes: EMPTY, start: 0, end: 0 };
}
