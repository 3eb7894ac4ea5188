// A stream: its entries in the order of their identifiers, and its consumer groups. It knows no command.

/** Milliseconds and a sequence number. */
export type Id = readonly [ms: number, sequence: number];

/** An entry with its fields and values, flat. */
export interface Entry {
  readonly id: Id;
  readonly fields: readonly string[];
}

/** An entry that was delivered and not acknowledged. */
export interface Pending {
  readonly id: Id;
  consumer: string;
  deliveredAt: number;
  deliveries: number;
}

/** A consumer group. */
export interface Group {
  last: Id;
  entriesRead: number | null;
  /** When each was last seen, in milliseconds since the epoch. */
  readonly consumers: Map<string, number>;
  /** By the text of the entry's identifier, in the order of identifiers. */
  pending: Map<string, Pending>;
}

/** The identifier below all others. */
export const FIRST: Id = [0, 0];
/** The identifier above all others. */
export const LAST: Id = [Infinity, Infinity];

/** `1700000000000-0` */
export const idText = ([ms, sequence]: Id): string => `${ms}-${sequence}`;

/** Below 0, 0 or above 0, as `a` stands before, at or behind `b`. */
export const compareIds = (a: Id, b: Id): number =>
  a[0] === b[0] ? Math.sign(a[1] - b[1]) || 0 : a[0] - b[0];

/** The identifiers from `low` to `high`, both included. */
export interface IdRange {
  readonly low: Id;
  readonly high: Id;
}

export class Stream {
  entries: Entry[] = [];
  last: Id = FIRST;
  maxDeleted: Id = FIRST;
  added = 0;
  groups = new Map<string, Group>();

  /** The entries in the range, oldest first. */
  range({ low, high }: IdRange): Entry[] {
    return this.entries.filter(({ id }) => compareIds(id, low) >= 0 && compareIds(id, high) <= 0);
  }

  /** The entries behind `id`. */
  after(id: Id): Entry[] {
    return this.entries.filter((entry) => compareIds(entry.id, id) > 0);
  }

  find(id: Id): Entry | undefined {
    return this.entries.find((entry) => compareIds(entry.id, id) === 0);
  }

  append(entry: Entry): void {
    this.entries.push(entry);
    this.last = entry.id;
    this.added++;
  }

  /** Drops the entries that `gone` says; returns how many. */
  drop(gone: (entry: Entry, at: number) => boolean): number {
    const dropped = this.entries.filter(gone);
    this.entries = this.entries.filter((entry) => !dropped.includes(entry));
    for (const { id } of dropped) if (compareIds(id, this.maxDeleted) > 0) this.maxDeleted = id;
    return dropped.length;
  }

  /** A stream of its own with the same entries and groups. */
  copy(): Stream {
    const { entries, last, maxDeleted, added, groups } = structuredClone({ ...this });
    return Object.assign(new Stream(), { entries, last, maxDeleted, added, groups });
  }
}
