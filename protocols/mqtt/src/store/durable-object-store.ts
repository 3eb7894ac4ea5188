// A session store in a Durable Object's storage. It knows the shape of that storage, and imports no platform.
import type { SessionStore } from './store.ts';

/** The most keys that one call of Durable Object storage takes. */
const MAX_KEYS = 128;

/** What is used of `DurableObjectStorage` (`ctx.storage`). */
export interface KeyValueStorage {
  list<T>(options: { readonly prefix: string }): Promise<Map<string, T>>;
  put<T>(entries: Record<string, T>): Promise<void>;
  delete(keys: string[]): Promise<number>;
}

/**
 * Keeps a session in a Durable Object, so that it goes on after an eviction. Changes of one turn go out in calls of
 * at most 128 keys that are issued together, which the storage commits as one. A message must stay under its limit
 * for one value: 128 KiB, or 2 MiB with SQLite.
 * @param prefix Begins each key; give each client identifier its own. Default `mqtt:`.
 * @example
 * ```ts
 * import { connect } from '@fairlead/mqtt';
 * import { durableObjectStore, type KeyValueStorage } from '@fairlead/mqtt/durable-object-store';
 *
 * export const open = (storage: KeyValueStorage) =>
 *   connect('mqtts://broker.example.com', {
 *     clientId: 'sensor-7',
 *     clean: false,
 *     store: durableObjectStore(storage),
 *   });
 * ```
 */
export function durableObjectStore(storage: KeyValueStorage, prefix = 'mqtt:'): SessionStore {
  return {
    async load() {
      const records = new Map<string, Uint8Array>();
      for (const [key, value] of await storage.list<Uint8Array>({ prefix })) {
        records.set(key.slice(prefix.length), value);
      }
      return records;
    },
    async save(changes) {
      const puts: [string, Uint8Array][] = [];
      const deletes: string[] = [];
      for (const [key, value] of changes) {
        if (value === undefined) deletes.push(prefix + key);
        else puts.push([prefix + key, value]);
      }
      const calls: Promise<unknown>[] = [];
      for (let at = 0; at < puts.length; at += MAX_KEYS) {
        calls.push(storage.put(Object.fromEntries(puts.slice(at, at + MAX_KEYS))));
      }
      for (let at = 0; at < deletes.length; at += MAX_KEYS) {
        calls.push(storage.delete(deletes.slice(at, at + MAX_KEYS)));
      }
      await Promise.all(calls);
    },
  };
}
