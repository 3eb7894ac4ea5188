// The events of one session that its readers have not confirmed: numbered, limited by count and bytes, and stored where they
// must outlive the object's memory. It knows no protocol.
import { type Deferred, deferred } from '@fairlead/client';
import type {
  Audience,
  Batch,
  DeliveryOptions,
  ReaderName,
  SessionLimits,
  SessionStorage,
} from '../types.ts';
import { Readers, wants } from './readers.ts';

const EVENTS = 'session:e:';
const RESERVED = 'session:n';
/** Numbers are reserved in storage in blocks, so that none is used twice behind an eviction. */
const BLOCK = 4_096;
/** One call of the storage takes so many keys. */
const MAX_KEYS = 128;
const MAX_BATCH_EVENTS = 1_000;
const MAX_BATCH_BYTES = 1_048_576;
/** Read entries that may stay in front of the others before these are moved up. */
const MAX_TAKEN = 1_024;
/** Counted for each event besides its own bytes. */
const EVENT_BYTES = 256;

/** An event in the log, and as it is stored. */
interface Entry extends Audience {
  readonly sequence: number;
  readonly event: unknown;
  readonly bytes: number;
  readonly isStored: boolean;
}

/** The events of one session, and its readers. */
export class EventLog {
  readonly readers: Readers;
  readonly #storage: SessionStorage;
  readonly #limits: SessionLimits;
  #entries: Entry[] = [];
  /** Index of the first entry that is left. */
  #first = 0;
  #bytes = 0;
  #next = firstNumber();
  #reserved = 0;
  #isOver = false;
  /** Settles when there is something new to read. */
  #news: Deferred<void> = deferred<void>();
  /** Settles when there is room again. */
  #room: Deferred<void> | undefined;

  constructor(storage: SessionStorage, limits: SessionLimits) {
    this.#storage = storage;
    this.#limits = limits;
    this.readers = new Readers(storage);
  }

  /** Takes what an earlier run of the object has stored. */
  async load(): Promise<void> {
    const [stored, reserved] = await Promise.all([
      this.#storage.list<Entry>({ prefix: EVENTS }),
      this.#storage.get<number>(RESERVED),
      this.readers.load(),
    ]);
    this.#entries = [...stored.values()];
    this.#bytes = this.#entries.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#next = Math.max(reserved ?? firstNumber(), this.readers.furthest + 1);
    this.#reserved = this.#next;
  }

  /** Settles at the next event, and at the end. */
  get news(): Promise<void> {
    return this.#news.promise;
  }

  /**
   * Opens the reader of that name. A new one gets all events from now on.
   * @returns Whether it is new.
   * @throws FairleadError `limit`.
   */
  openReader(reader: ReaderName): boolean {
    const isNew = !this.readers.has(reader.key);
    this.readers.open(reader, this.#next - 1);
    return isNew;
  }

  /** Appends an event at once. @returns Settles when it is stored, where it is to be stored. */
  append(event: unknown, options: DeliveryOptions): Promise<void> {
    const { byteLength, isStored = false, tags, exceptTags } = options;
    if (this.#isOver || !this.readers.isWanted(this.#next, options)) return Promise.resolve();
    const sequence = this.#next++;
    const bytes = byteLength + EVENT_BYTES;
    const entry: Entry = { sequence, event, bytes, tags, exceptTags, isStored };
    const writes: Record<string, unknown> = isStored ? { [keyOf(sequence)]: entry } : {};
    if (this.#next > this.#reserved) {
      this.#reserved = this.#next + BLOCK;
      writes[RESERVED] = this.#reserved;
    }
    const isWriting = isStored || RESERVED in writes;
    const stored = isWriting ? this.#storage.put(writes) : Promise.resolve();
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
    if (this.#limits.overflow === 'drop-oldest') this.#dropOldest();
    this.#tell();
    return stored;
  }

  /** Settles when there is room for another event; `undefined` where there is, or the oldest is dropped for it. */
  room(): Promise<void> | undefined {
    if (this.#limits.overflow === 'drop-oldest' || !this.#isFull || this.#isOver) return undefined;
    this.#room ??= deferred<void>();
    return this.#room.promise;
  }

  get #isFull(): boolean {
    const { maxEvents, maxBytes } = this.#limits;
    return this.#entries.length - this.#first >= maxEvents || this.#bytes >= maxBytes;
  }

  #dropOldest(): void {
    const { maxEvents, maxBytes } = this.#limits;
    const dropped: string[] = [];
    while (this.#entries.length - this.#first > maxEvents || this.#bytes > maxBytes) {
      const entry = this.#shift();
      if (entry === undefined) break;
      this.readers.drop(entry);
      if (entry.isStored) dropped.push(keyOf(entry.sequence));
    }
    this.#delete(dropped);
  }

  /** Confirms what a reader has read, and lets go of what all have read. */
  confirm(key: string, after: number): void {
    const reader = this.readers.get(key);
    if (reader === undefined || after <= reader.cursor) return;
    const hasStored = this.#hasStored(reader.cursor, after);
    reader.cursor = Math.min(after, this.#next - 1);
    if (hasStored) this.readers.save(key, reader);
    this.trim();
  }

  /** Whether an event behind `from` and up to `to` is stored. */
  #hasStored(from: number, to: number): boolean {
    for (let at = this.#indexBehind(from); at < this.#entries.length; at++) {
      const entry = this.#entries[at];
      if (entry === undefined || entry.sequence > to) return false;
      if (entry.isStored) return true;
    }
    return false;
  }

  /** Lets go of what all its readers have confirmed, as far as the oldest event that one of them has not. */
  trim(): void {
    // A reader that is gone does not hold up the others.
    if (this.#room !== undefined) this.readers.forgetOld();
    const read: string[] = [];
    for (let entry = this.#entries[this.#first]; entry !== undefined; entry = this.#entries[this.#first]) {
      if (this.readers.isWanted(entry.sequence, entry)) break;
      this.#shift();
      if (entry.isStored) read.push(keyOf(entry.sequence));
    }
    this.#delete(read);
    if (this.#room === undefined || this.#isFull) return;
    this.#room.resolve();
    this.#room = undefined;
  }

  #shift(): Entry | undefined {
    const entry = this.#entries[this.#first];
    if (entry === undefined) return undefined;
    this.#first += 1;
    this.#bytes -= entry.bytes;
    if (this.#first === this.#entries.length || this.#first > MAX_TAKEN) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
    return entry;
  }

  #delete(keys: readonly string[]): void {
    for (let at = 0; at < keys.length; at += MAX_KEYS) {
      // The object ends by itself where its storage fails.
      void this.#storage.delete(keys.slice(at, at + MAX_KEYS)).catch(() => undefined);
    }
  }

  /** The events that a reader has not confirmed, as many as go into one batch. */
  take(key: string): Batch {
    const reader = this.readers.get(key);
    if (reader === undefined) return { events: [], next: this.#next - 1, lost: 0, isOver: true };
    const events: Batch['events'][number][] = [];
    let bytes = 0;
    let next = this.#next - 1;
    for (let at = this.#indexBehind(reader.cursor); at < this.#entries.length; at++) {
      const entry = this.#entries[at];
      if (entry === undefined || !wants(reader, entry)) continue;
      if (
        events.length === MAX_BATCH_EVENTS ||
        (events.length > 0 && bytes + entry.bytes > MAX_BATCH_BYTES)
      ) {
        next = events.at(-1)?.sequence ?? next;
        break;
      }
      bytes += entry.bytes;
      events.push({ sequence: entry.sequence, event: entry.event });
    }
    const { lost } = reader;
    reader.lost = 0;
    // It is told once, also behind an eviction.
    if (lost > 0) this.readers.save(key, reader);
    // What it does not want holds nothing up.
    if (events.length === 0) this.confirm(key, next);
    return { events, next, lost, isOver: this.#isOver };
  }

  /** The index of the first entry behind a number. */
  #indexBehind(sequence: number): number {
    let low = this.#first;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#entries[middle]?.sequence ?? 0) > sequence) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Ends the log: readers are told. What is stored stays. */
  end(): void {
    this.#isOver = true;
    behindLast = Math.max(behindLast, this.#next);
    this.#entries = [];
    this.#first = 0;
    this.#bytes = 0;
    this.readers.clear();
    this.#room?.resolve();
    this.#tell();
  }

  /** Wakes who waits for news. */
  wake(): void {
    this.#tell();
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = deferred<void>();
  }
}

/** The number behind the last of a session that ended in this isolate: the next may begin in the same millisecond. */
let behindLast = 0;

/** Greater than the numbers of a session that was ended before: readers of that one confirm nothing of this one. */
function firstNumber(): number {
  return Math.max(Date.now() * 1_000, behindLast);
}

function keyOf(sequence: number): string {
  return EVENTS + String(sequence).padStart(16, '0');
}
