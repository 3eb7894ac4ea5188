// Where a session keeps messages that outlive its connection. A store knows keys and bytes, and nothing of MQTT.

/** By key: the bytes to put there, or `undefined` to delete the record. */
export type StoreChanges = ReadonlyMap<string, Uint8Array | undefined>;

/**
 * Keeps one session's messages in flight. One store belongs to one client identifier and one client at a time.
 * Keys are short ASCII text; a few tens of thousands of records at most.
 */
export interface SessionStore {
  /** Everything that is kept. Called once, before the connection is opened. */
  load(): ReadonlyMap<string, Uint8Array> | Promise<ReadonlyMap<string, Uint8Array>>;
  /**
   * Applies the changes of one turn, all or none if it can. Packets that depend on them are sent when the promise
   * has resolved, or at once where there is no promise. Calls never overlap. The bytes are the store's own.
   * @throws Any error ends the connection; packets that depend on the changes are not sent.
   */
  save(changes: StoreChanges): void | Promise<void>;
}

/**
 * A store in memory: a session goes on in a later `connect` of this process with the same store.
 * @example
 * ```ts
 * import { connect, memoryStore } from '@fairlead/mqtt';
 *
 * const session = { clientId: 'sensor-7', clean: false, store: memoryStore() };
 * const client = await connect('mqtts://broker.example.com', session);
 * await client.close();
 * await using later = await connect('mqtts://broker.example.com', session);
 * console.log(later.server.sessionPresent);
 * ```
 */
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
