// The readers of one session: how far each has read, and how much it has lost. It holds no events.
import { FairleadError } from '@fairlead/errors';
import type { Audience, ReaderName, SessionStorage } from '../types.ts';

const PREFIX = 'session:r:';
const MAX_READERS = 64;
/** A reader that has not read for so long makes room for another. */
const FORGOTTEN_MS = 86_400_000;

/** How often at most a reader's record is written only because it has read. */
const SAVE_SEEN_MS = 3_600_000;
/** How many dropped events cost one write for each reader that has lost them. */
const SAVE_EVERY = 100;

/** One reader, as it is stored. */
export interface Reader {
  readonly tags: readonly string[] | undefined;
  /** The last event that it has confirmed. */
  cursor: number;
  /** Events that were dropped before it had read them, and of which it was not told. */
  lost: number;
  /** `Date.now()` of its last call. */
  seenAt: number;
}

/** An event that the log has dropped. */
interface DroppedEvent extends Audience {
  readonly sequence: number;
  readonly isStored: boolean;
}

/** Whether a reader gets an event. */
export function wants({ tags: own }: Reader, { tags, exceptTags }: Audience): boolean {
  if (own === undefined || tags === undefined) return true;
  return own.some((tag) => tags.includes(tag)) && !own.some((tag) => exceptTags?.includes(tag));
}

/** The readers of one session, by their names. */
export class Readers {
  readonly #storage: SessionStorage;
  readonly #all = new Map<string, Reader>();

  constructor(storage: SessionStorage) {
    this.#storage = storage;
  }

  /** Takes what an earlier run of the object has stored. */
  async load(): Promise<void> {
    for (const [key, reader] of await this.#storage.list<Reader>({ prefix: PREFIX })) {
      this.#all.set(key.slice(PREFIX.length), { ...reader });
    }
  }

  has(key: string): boolean {
    return this.#all.has(key);
  }

  get(key: string): Reader | undefined {
    return this.#all.get(key);
  }

  /**
   * The reader of that name. A new one begins behind `cursor`.
   * @throws FairleadError `limit` where there are too many.
   */
  open({ key, tags }: ReaderName, cursor: number): Reader {
    const known = this.#all.get(key);
    if (known !== undefined) return this.#seen(key, known);
    if (this.#all.size >= MAX_READERS) this.#makeRoom();
    const reader: Reader = { tags, cursor, lost: 0, seenAt: Date.now() };
    this.#all.set(key, reader);
    this.save(key, reader);
    return reader;
  }

  #seen(key: string, reader: Reader): Reader {
    const isLong = Date.now() - reader.seenAt > SAVE_SEEN_MS;
    reader.seenAt = Date.now();
    if (isLong) this.save(key, reader);
    return reader;
  }

  /** Forgets readers that have not read for a day. */
  forgetOld(): void {
    const since = Date.now() - FORGOTTEN_MS;
    for (const [key, { seenAt }] of this.#all) if (seenAt < since) this.remove(key);
  }

  #makeRoom(): void {
    this.forgetOld();
    if (this.#all.size < MAX_READERS) return;
    const message = `The session has ${MAX_READERS} readers, and takes no more.`;
    throw new FairleadError('limit', message, { safeToRetry: true });
  }

  /** Stores a reader. */
  save(key: string, reader: Reader): void {
    // The object ends by itself where its storage fails.
    void this.#storage.put({ [PREFIX + key]: { ...reader } }).catch(noop);
  }

  /** Forgets a reader. @returns Its tags that no other reader has. */
  remove(key: string): readonly string[] {
    const tags = this.#all.get(key)?.tags ?? [];
    if (this.#all.delete(key)) void this.#storage.delete([PREFIX + key]).catch(noop);
    const others = new Set([...this.#all.values()].flatMap((reader) => reader.tags ?? []));
    return tags.filter((tag) => !others.has(tag));
  }

  /** An event was dropped that readers before it have not read. */
  drop(event: DroppedEvent): void {
    const { sequence, isStored } = event;
    for (const [key, reader] of this.#all) {
      if (reader.cursor >= sequence || !wants(reader, event)) continue;
      reader.lost += 1;
      // An eviction may make the number smaller, and never 0.
      if (isStored && reader.lost % SAVE_EVERY === 1) this.save(key, reader);
    }
  }

  /** The last event that a reader has confirmed. */
  get furthest(): number {
    return Math.max(0, ...[...this.#all.values()].map(({ cursor }) => cursor));
  }

  /** Whether a reader gets events with this tag. */
  isTagWanted(tag: string): boolean {
    return this.isWanted(Number.POSITIVE_INFINITY, { tags: [tag] });
  }

  /** Whether a reader gets an event that it has not confirmed. */
  isWanted(sequence: number, audience: Audience): boolean {
    for (const reader of this.#all.values()) {
      if (reader.cursor < sequence && wants(reader, audience)) return true;
    }
    return false;
  }

  /** Forgets all of them. What is stored stays. */
  clear(): void {
    this.#all.clear();
  }
}

const noop = (): void => undefined;
