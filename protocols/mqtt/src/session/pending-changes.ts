// The changes of a session's store since the last write. Nothing is stored here.
import type { StoreChanges } from '../store/store.ts';

const DIGITS = 12;

/**
 * The kinds of records: a PUBLISH of MQTT 5 and of 3.1.1, a released QoS 2 message, a received QoS 2 message, how many
 * connections in a row a message has ended.
 */
export type RecordKind = 'p' | 'q' | 'r' | 'i' | 's';

/** Changes since the last `take`, the later ones winning. */
export class PendingChanges {
  #changes = new Map<string, Uint8Array | undefined>();
  #latest = 0;
  readonly #enabled: boolean;

  /** @param enabled Whether there is a store; else changes are dropped. */
  constructor(enabled: boolean) {
    this.#enabled = enabled;
  }

  get enabled(): boolean {
    return this.#enabled;
  }

  /** A number for the next record, larger than any before: records are ordered by it. */
  nextKey(): number {
    return ++this.#latest;
  }

  /** Makes later keys larger than this one, which was loaded. */
  seen(key: number): void {
    this.#latest = Math.max(this.#latest, key);
  }

  put(kind: RecordKind, key: number, value: Uint8Array): void {
    if (this.#enabled) this.#changes.set(recordKey(kind, key), value);
  }

  delete(kind: RecordKind, key: number): void {
    if (this.#enabled) this.#changes.set(recordKey(kind, key), undefined);
  }

  /** Hands out the changes; `undefined` where there are none. */
  take(): StoreChanges | undefined {
    if (this.#changes.size === 0) return undefined;
    const changes = this.#changes;
    this.#changes = new Map();
    return changes;
  }
}

/** The key of a record in the store. */
export function recordKey(kind: RecordKind, key: number): string {
  return kind + String(key).padStart(DIGITS, '0');
}
