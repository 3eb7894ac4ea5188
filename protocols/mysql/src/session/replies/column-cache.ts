// The columns of a statement's last result, kept for its next one. It reads no packet itself.
import { equalsRange } from '@fairlead/bytes';
import type { ResultColumn } from '../../wire/messages.ts';
import { bytesOf, malformed, type PacketReader } from '../../wire/packet-reader.ts';

/** More than the definitions of as many columns as a table may have, under the longest names. */
const MAX_BYTES = 4_194_304;

/**
 * The last result's columns, by the bytes of their definitions: a statement that runs again has the same ones. Only
 * definitions that differ from the last result's are copied and decoded.
 */
export class ColumnCache {
  #definitions: Uint8Array[] = [];
  #columns: readonly ResultColumn[] | undefined;
  /** How many definitions of the present result have come. */
  #count = 0;
  /** The present result's definitions, once one differs from the last result's. */
  #changed: Uint8Array[] | undefined;
  /** How many bytes the definitions of the present result have. */
  #bytes = 0;

  /** Begins with the definitions of another result. */
  begin(): void {
    this.#count = 0;
    this.#changed = undefined;
    this.#bytes = 0;
  }

  /**
   * Takes the next definition. @returns How many have come.
   * @throws FairleadError `protocol` where they are too long to be kept.
   */
  take({ bytes, at, end }: PacketReader): number {
    // Those that are known count as well: a server could add to them by one result after another.
    this.#bytes += end - at;
    if (this.#bytes > MAX_BYTES) throw malformed('the definitions of its columns are too long');
    if (this.#changed !== undefined || !equalsRange(this.#definitions[this.#count], bytes, at, end)) {
      this.#changed ??= this.#definitions.slice(0, this.#count);
      this.#changed.push(bytesOf(bytes, at, end));
    }
    this.#count += 1;
    return this.#count;
  }

  /** The definitions that have come are all of them. */
  end(): void {
    if (this.#changed === undefined && this.#count === this.#definitions.length) return;
    this.#definitions = this.#changed ?? this.#definitions.slice(0, this.#count);
    this.#changed = undefined;
    this.#columns = undefined;
  }

  /** How many columns the last result had. */
  get length(): number {
    return this.#definitions.length;
  }

  /** The last result's columns. */
  columns(decode: (definition: Uint8Array) => ResultColumn): readonly ResultColumn[] {
    this.#columns ??= this.#definitions.map(decode);
    return this.#columns;
  }
}
