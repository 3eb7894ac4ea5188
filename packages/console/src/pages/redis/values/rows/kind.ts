// What a kind of value with many parts is: how it is read in portions, added to, changed and taken from.
import type { Argument, Command } from '../../wire/argument.ts';
import type { Reply } from '../../wire/reply.ts';

/** A part of a value: a field, an element, a member, an entry. */
export interface Row {
  /** Its own within the value; of a list's element the index. */
  readonly id: string;
  /** One for each column; what an entry of a stream holds beyond follows. */
  readonly cells: readonly Argument[];
}

/** A portion of rows. */
export interface Portion {
  readonly rows: readonly Row[];
  /** Where the next portion begins; undefined behind the last. */
  readonly next: string | undefined;
}

/** A way to add a part. */
export interface Adding {
  /** Of the button: `Add field`. */
  readonly title: string;
  /** Labels of what is typed, in the order of `values`. */
  readonly inputs: readonly string[];
  /** Asks what is there already, and would be replaced. */
  readonly probe?: (key: Argument, values: readonly Argument[]) => Command;
  readonly command: (key: Argument, values: readonly Argument[]) => Command;
}

/** A way to change a part. */
interface Change {
  /** The cell that is edited. */
  readonly cell: number;
  readonly commands: (key: Argument, row: Row, value: Argument) => readonly Command[];
}

/** What can be done with the kind. */
export interface RowKind {
  readonly columns: readonly string[];
  /** Of one part: `field`. */
  readonly noun: string;
  /** `fields` and not `field`. */
  readonly plural: string;
  /** Whether MATCH finds parts. */
  readonly hasMatch: boolean;
  readonly size: (key: Argument) => Command;
  /** The first portion's cursor. */
  readonly start: (match: string) => string;
  readonly page: (key: Argument, cursor: string, match: string) => Command;
  readonly read: (reply: Reply, cursor: string) => Portion;
  readonly adding: readonly Adding[];
  readonly change?: Change;
  readonly remove: (key: Argument, row: Row) => readonly Command[];
  /** Asks for the part as it is now, to see whether it is still what was shown. */
  readonly probe: (key: Argument, row: Row) => Command;
  /** Whether the probe's reply is what was shown. */
  readonly isStill: (reply: Reply, row: Row) => boolean;
}

/** Parts in one portion. */
export const PORTION = 500;

/** The cell of a row; the empty text where it has none. */
export function cell(row: Row, at: number): Argument {
  return row.cells[at] ?? '';
}
