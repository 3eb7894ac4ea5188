// The stores, and the order of storing and sending.
import { describe, expect, it } from 'vitest';
import { connect, memoryStore, type SessionStore } from '../src/index.ts';
import { durableObjectStore, type KeyValueStorage } from '../src/store/durable-object-store.ts';
import { Broker, open, outcome } from './broker.ts';

/** What Durable Object storage does, with its limit, and a list of calls. */
function fakeStorage(): KeyValueStorage & {
  readonly records: Map<string, unknown>;
  readonly calls: string[];
} {
  const records = new Map<string, unknown>();
  const calls: string[] = [];
  const check = (count: number): void => {
    if (count > 128) throw new RangeError('128 keys at most');
  };
  return {
    records,
    calls,
    async list<T>({ prefix }: { readonly prefix: string }) {
      return new Map([...records].filter(([key]) => key.startsWith(prefix))) as Map<string, T>;
    },
    async put<T>(entries: Record<string, T>) {
      check(Object.keys(entries).length);
      calls.push(`put ${Object.keys(entries).length}`);
      for (const [key, value] of Object.entries(entries)) records.set(key, value);
    },
    async delete(keys) {
      check(keys.length);
      calls.push(`delete ${keys.length}`);
      return keys.filter((key) => records.delete(key)).length;
    },
  };
}

describe.each([
  ['memoryStore', () => memoryStore()],
  ['durableObjectStore', () => durableObjectStore(fakeStorage(), 'x:')],
])('%s', (_, make) => {
  it('gives back what it was given', async () => {
    const store = make();
    await store.save(
      new Map([
        ['b', Uint8Array.of(1)],
        ['a', Uint8Array.of(2)],
      ]),
    );
    await store.save(
      new Map([
        ['b', undefined],
        ['c', new Uint8Array(0)],
      ]),
    );
    expect(new Map(await store.load())).toEqual(
      new Map([
        ['a', Uint8Array.of(2)],
        ['c', new Uint8Array(0)],
      ]),
    );
  });
});

describe('durableObjectStore', () => {
  it('keeps to its prefix, and to 128 keys a call', async () => {
    const storage = fakeStorage();
    storage.records.set('other', 1);
    const store = durableObjectStore(storage, 'mqtt:');
    const changes = new Map(Array.from({ length: 300 }, (_, n) => [`k${n}`, Uint8Array.of(n)] as const));
    await store.save(changes);
    expect(storage.calls).toEqual(['put 128', 'put 128', 'put 44']);
    expect((await store.load()).size).toBe(300);
    await store.save(new Map([...changes.keys()].map((key) => [key, undefined])));
    expect([...storage.records.keys()]).toEqual(['other']);
  });
});

describe('the order of storing and sending', () => {
  it('sends a message once it is stored, and all of a tick with one call', async () => {
    const saved: number[] = [];
    let finish = (): void => {};
    const store: SessionStore = {
      load: () => new Map(),
      save(changes) {
        saved.push(changes.size);
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
    };
    const { client, line, writes } = await open({ store });
    const all = [client.publish('t', '1', { qos: 1 }), client.publish('t', '2', { qos: 2 })];
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect([saved, writes]).toEqual([[2], []]);
    finish();
    const ids = [(await line.expect('publish')).messageId, (await line.expect('publish')).messageId];
    line.send(
      { cmd: 'pubrec', messageId: ids[1], reasonCode: 0 },
      { cmd: 'puback', messageId: ids[0], reasonCode: 0 },
    );
    await all[0];
    finish();
    expect(await line.expect('pubrel')).toMatchObject({ messageId: ids[1] });
    line.send({ cmd: 'pubcomp', messageId: ids[1], reasonCode: 0 });
    await all[1];
    finish();
    await client.close();
  });

  it('ends the connection when the store fails, and sends nothing of it', async () => {
    const store: SessionStore = { load: () => new Map(), save: () => Promise.reject(new Error('disk full')) };
    const { client, line, writes } = await open({ store });
    const published = outcome(client.publish('t', '', { qos: 1 }));
    expect(await published).toMatchObject({
      code: 'connection_lost',
      cause: { cause: { message: 'disk full' } },
    });
    expect(writes).toEqual([]);
    expect(await line.next()).toBeUndefined();
  });

  it('forgets what is stored when a session begins anew', async () => {
    const store = memoryStore();
    await store.save(
      new Map([
        ['p000000000001', Uint8Array.of(0x32, 6, 0, 1, 0x74, 0, 9, 0)],
        ['i000000000005', new Uint8Array(0)],
      ]),
    );
    const broker = new Broker();
    const connecting = connect({ hostname: 'b.test', connector: broker.connector, store });
    const line = await broker.line();
    await line.accept();
    const client = await connecting;
    await client.publish('t', 'x');
    expect((await line.expect('publish')).topic).toBe('t');
    expect(await store.load()).toEqual(new Map());
    await client.close();
  });

  it('says what a store throws that cannot be read', async () => {
    const store: SessionStore = { load: () => Promise.reject(new Error('no disk')), save: () => {} };
    const { connector } = new Broker();
    expect(await outcome(connect({ hostname: 'b.test', connector, store }))).toMatchObject({
      cause: { message: 'no disk' },
    });
  });
});
