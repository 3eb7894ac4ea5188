// Where a session keeps what must outlive its connection. It knows keys and bytes, and nothing of MQTT.

/** What changes: bytes to put under a key, or `undefined` to delete it. */
export type StoreChanges = ReadonlyMap<string, Uint8Array | undefined>;

/**
 * Keeps one session's messages in flight. One store belongs to one client identifier and one client at a time.
 * Keys are short ASCII text; a few tens of thousands of records at most.
 */
export interface SessionStore {
  /** Everything that is kept. Called once, before the connection is opened. */
  load(): ReadonlyMap<string, Uint8Array> | Promise<ReadonlyMap<string, Uint8Array>>;
  /**
   * Applies the changes of one turn, all or none if it can. What depends on them is sent when the promise has
   * resolved; at once where it answers without one. Calls never overlap. The bytes are the store's own.
   * @throws Anything: the connection ends then, and nothing that depends on the changes is sent.
   */
  save(changes: StoreChanges): void | Promise<void>;
}

/** A store in memory: a session goes on in a later `connect` that is handed the same store. */
export function memoryStore(): SessionStore {
  const records = new Map<string, Uint8Array>();
  return {
    load: () => new Map(records),
    save(changes) {
      for (const [key, value] of changes) {
        if (value === undefined) records.delete(key);
        else records.set(key, value);
      }
    },
  };
}
