// Databases: commands as they are, collections, indexes, and what concerns the whole deployment.
import { describe, expect, it } from 'vitest';
import { batch, fakeClient, sent } from '../support/fake-client.ts';
import { refusal } from '../support/fake-deployment.ts';

describe('command', () => {
  it('sends it as it is, in a session, once, without concerns', async () => {
    const { fake, client } = fakeClient([{ ok: 1, version: '8' }], {
      settings: { readConcern: { level: 'local' }, writeConcern: { w: 2 } },
    });
    const command = Object.freeze({ buildInfo: 1 });
    expect(await client.db('x').command(command, { comment: 'why' })).toMatchObject({ version: '8' });
    expect(fake.requests[0]?.database).toBe('x');
    expect(fake.commands[0]).toHaveProperty('lsid');
    expect(sent(fake.requests[0])).toEqual({ buildInfo: 1, comment: 'why' });
  });

  it.each([['$db'], ['lsid'], ['txnNumber'], ['autocommit'], ['startTransaction'], ['$clusterTime']])(
    'refuses the field %s',
    async (name) => {
      const { fake, client } = fakeClient();
      await expect(client.db().command({ ping: 1, [name]: 1 })).rejects.toMatchObject({ code: 'usage' });
      expect(fake.requests).toHaveLength(0);
    },
  );

  it('rejects with the server’s error', async () => {
    const { client } = fakeClient([refusal(59)]);
    await expect(client.db().command({ nope: 1 })).rejects.toMatchObject({
      code: 'server',
      server: { code: '59' },
    });
  });
});

describe('collections', () => {
  it('createCollection hands its options on, and gives the collection', async () => {
    const { fake, client } = fakeClient();
    const logs = await client
      .db()
      .createCollection('logs', { capped: true, size: 5, timeoutMs: 500, pipeline: [], max: undefined });
    expect(logs.namespace).toBe('shop.logs');
    expect(sent(fake.requests[0])).toEqual({ create: 'logs', capped: true, size: 5, pipeline: [] });
  });

  it('drop tells whether there was one', async () => {
    const { fake, client, items } = fakeClient([{ ok: 1 }, refusal(26), refusal(13)]);
    expect(await items.drop()).toBe(true);
    expect(await client.db().dropCollection('items')).toBe(false);
    await expect(items.drop()).rejects.toMatchObject({ server: { code: '13' } });
    expect(sent(fake.requests[0])).toEqual({ drop: 'items' });
  });

  it('rename is a command of admin', async () => {
    const { fake, client, items } = fakeClient();
    await items.rename('things', { dropTarget: true });
    await client.db().renameCollection('a', 'b');
    expect(fake.requests[0]?.database).toBe('admin');
    expect(fake.requests.map(sent)).toEqual([
      { renameCollection: 'shop.items', to: 'shop.things', dropTarget: true },
      { renameCollection: 'shop.a', to: 'shop.b' },
    ]);
  });

  it('listCollections', async () => {
    const { fake, client } = fakeClient([batch([{ name: 'a', type: 'collection' }])]);
    const options = { nameOnly: true, batchSize: 5 };
    expect(await client.db().listCollections({ name: 'a' }, options).toArray()).toHaveLength(1);
    expect(sent(fake.requests[0])).toEqual({
      listCollections: 1,
      filter: { name: 'a' },
      cursor: { batchSize: 5 },
      nameOnly: true,
    });
  });

  it('dropDatabase, aggregate', async () => {
    const { fake, client } = fakeClient([{ ok: 1 }, batch([])]);
    await client.db().dropDatabase();
    await client
      .db()
      .aggregate([{ $documents: [] }])
      .toArray();
    expect(fake.requests.map(sent)).toEqual([
      { dropDatabase: 1 },
      { aggregate: 1, pipeline: [{ $documents: [] }], cursor: {} },
    ]);
  });

  it.each([[''], ['a.b'], ['a b'], ['a/b'], ['a$b'], ['a\0'], [5], [null]])(
    'refuses the database %j',
    (name) => {
      const { client } = fakeClient();
      expect(() => client.db(name as never)).toThrow(expect.objectContaining({ code: 'usage' }));
    },
  );

  it.each([[''], ['a\0b'], [5], [undefined]])('refuses the collection %j', (name) => {
    const { client } = fakeClient();
    expect(() => client.db().collection(name as never)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it('rejects where a write concern was not met', async () => {
    const { client } = fakeClient([{ ok: 1, writeConcernError: { code: 64, errmsg: 'waiting' } }]);
    await expect(client.db().dropDatabase()).rejects.toMatchObject({ server: { code: '64' } });
  });
});

describe('indexes', () => {
  it.each([
    ['a', { a: 1 }, 'a_1'],
    [{ a: 1, b: -1 }, { a: 1, b: -1 }, 'a_1_b_-1'],
    [
      [
        ['t', 'text'],
        ['1', 1],
      ],
      { t: 'text', 1: 1 },
      't_text_1_1',
    ],
    [new Map([['g', '2dsphere']]), { g: '2dsphere' }, 'g_2dsphere'],
  ])('createIndex of %j', async (keys, expected, name) => {
    const { fake, items } = fakeClient();
    const made = await items.createIndex(keys as never, {
      unique: true,
      sparse: undefined,
      comment: 'why',
      commitQuorum: 1,
    });
    expect(made).toBe(name);
    const { indexes, ...command } = sent(fake.requests[0]);
    expect(command).toEqual({ createIndexes: 'items', comment: 'why', commitQuorum: 1 });
    expect(indexes).toEqual([{ unique: true, name, key: new Map(Object.entries(expected)) }]);
  });

  it('keeps the order of fields whose names are numbers', async () => {
    const { fake, items } = fakeClient();
    await items.createIndex([
      ['2', 1],
      ['1', 1],
    ]);
    expect([...sent(fake.requests[0]).indexes[0].key.keys()]).toEqual(['2', '1']);
  });

  it('createIndexes takes names', async () => {
    const { items } = fakeClient();
    expect(await items.createIndexes([{ key: 'a', name: 'mine' }, { key: { b: -1 } }])).toEqual([
      'mine',
      'b_-1',
    ]);
    await expect(items.createIndexes([])).rejects.toMatchObject({ code: 'usage' });
    await expect(items.createIndex({})).rejects.toMatchObject({ code: 'usage' });
    await expect(items.createIndex(null as never)).rejects.toMatchObject({ code: 'usage' });
    expect(await items.createIndex('a', { name: undefined })).toBe('a_1');
  });

  it('dropIndex takes one name, never all', async () => {
    const { fake, items } = fakeClient();
    await items.dropIndex('a_1');
    await items.dropIndexes();
    await expect(items.dropIndex('*')).rejects.toMatchObject({ code: 'usage' });
    expect(fake.requests.map(sent)).toEqual([
      { dropIndexes: 'items', index: 'a_1' },
      { dropIndexes: 'items', index: '*' },
    ]);
  });

  it('listIndexes', async () => {
    const { fake, items } = fakeClient([batch([{ name: '_id_' }], 0n, 'shop.$cmd.listIndexes.items')]);
    expect(await items.listIndexes().toArray()).toEqual([{ name: '_id_' }]);
    expect(sent(fake.requests[0])).toEqual({ listIndexes: 'items', cursor: {} });
  });
});

describe('admin', () => {
  it('lists databases, and pings', async () => {
    const { fake, client } = fakeClient([{ ok: 1, databases: [{ name: 'a' }] }, { ok: 1 }]);
    const admin = client.db().admin();
    expect((await admin.listDatabases({ nameOnly: true })).databases).toEqual([{ name: 'a' }]);
    await admin.ping();
    expect(fake.requests.map(sent)).toEqual([{ listDatabases: 1, nameOnly: true }, { ping: 1 }]);
    expect(fake.requests[0]?.database).toBe('admin');
  });
});

describe('the client', () => {
  it('closes once, and ends its sessions', async () => {
    const { fake, client, items } = fakeClient();
    await items.findOne();
    await Promise.all([client.close(), client.close()]);
    await client[Symbol.asyncDispose]();
    expect(fake.names).toEqual(['find', 'endSessions']);
  });
});
