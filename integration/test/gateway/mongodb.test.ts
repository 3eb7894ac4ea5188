// The routes below /mongodb of the built Worker, against DocumentDB: the Data API's published clients as they are, the official driver's
// answers, both shapes of JSON, lines, fences, and a pool.
import { createRequire } from 'node:module';
import type atlas from '@gmmurray/mongodb-atlas-data-api';
import { EJSON } from 'bson';
import { initDatabase } from 'mongo-http';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { GatewayStats } from '../../servers/mongodb/gateway.ts';
import { type Gateway, startGateway } from './support.ts';

// CommonJS, whose default export Node and Vite read differently.
const { default: AtlasDataApiClient } = createRequire(import.meta.url)(
  '@gmmurray/mongodb-atlas-data-api',
) as typeof atlas;

const { plain, set, pooled, tls, controlUrl } = inject('servers').mongodb;
const LOGIN = 'mongodb://app:app-password@localhost';
const DATABASE = `gateway${process.pid}`;

const connections = {
  mongo: { url: `${LOGIN}:${plain}/`, tls: false },
  mongoTls: { url: `${LOGIN}:${tls.good}/` },
  mongoSet: { url: `${LOGIN}:${set}/?replicaSet=fairlead`, tls: false },
  mongoPooled: { url: `${LOGIN}:${pooled}/`, tls: false, pool: { max: 1 } },
  mongoNarrow: {
    url: `${LOGIN}:${plain}/`,
    tls: false,
    collections: [`${DATABASE}.orders`],
    allow: ['$merge'],
  },
  mongoWrong: { url: `mongodb://app:wrong@localhost:${plain}/`, tls: false },
};
const tokens = [
  { name: 'mongoReader', token: 'token-mongo-reader', scopes: ['mongodb:read:mongo'] },
  { name: 'mongoWriter', token: 'token-mongo-writer', scopes: ['mongodb:write:mongo'] },
];

let gateway: Gateway;
let driver: MongoClient;
beforeAll(async () => {
  driver = new MongoClient(`${LOGIN}:${plain}/`, { promoteLongs: false });
  const orders = driver.db(DATABASE).collection('orders');
  await orders.deleteMany({});
  await orders.insertMany([1, 2, 3].map((n) => ({ item: `rope ${n}`, n })));
  gateway = await startGateway({ connections, tokens });
});
afterAll(async () => {
  vi.unstubAllGlobals();
  await driver.db(DATABASE).dropDatabase();
  await driver.close();
  await gateway.close();
});

const place = (collection = 'orders', dataSource = 'mongo') => ({
  dataSource,
  database: DATABASE,
  collection,
});
const ask = (action: string, json: object, headers: Record<string, string> = {}, token = 'token-all') =>
  gateway.ask(`/mongodb/action/${action}`, { json, headers, token });

describe('published clients', () => {
  it('`@gmmurray/mongodb-atlas-data-api`, with another URL', async () => {
    const client = new AtlasDataApiClient({
      dataApiUrlEndpoint: `${gateway.url.origin}/mongodb/app/data-abcde/endpoint/data/v1`,
      apiKey: 'token-mongo-writer',
      defaultDataSource: 'mongo',
      defaultDatabase: DATABASE,
    });
    const collection = 'gmmurray';
    const { data: inserted } = await client.insertOneDocument({
      collection,
      document: { item: 'rope', n: 1 },
    });
    expect(inserted?.insertedId).toMatch(/^[\da-f]{24}$/);
    await client.insertManyDocuments({
      collection,
      documents: [
        { item: 'sail', n: 2 },
        { item: 'oar', n: 3 },
      ],
    });
    const found = await client.findDocuments({ collection, filter: { n: { $gt: 1 } }, sort: { n: -1 } });
    expect(found.data?.documents).toMatchObject([{ item: 'oar' }, { item: 'sail' }]);
    const updated = await client.updateManyDocuments({ collection, filter: {}, update: { $inc: { n: 1 } } });
    expect(updated.data).toEqual({ matchedCount: 3, modifiedCount: 3 });
    const one = await client.findOneDocument({ collection, filter: { _id: { $oid: inserted?.insertedId } } });
    expect(one.data?.document).toMatchObject({ item: 'rope', n: 2 });
    const sums = await client.aggregateDocuments({
      collection,
      pipeline: [{ $group: { _id: null, n: { $sum: '$n' } } }],
    });
    expect(sums.data?.documents).toEqual([{ _id: null, n: 9 }]);
    expect((await client.deleteManyDocuments({ collection, filter: {} })).data).toEqual({ deletedCount: 3 });
  });

  it('`mongo-http`, whose host name leads here', async () => {
    const real = globalThis.fetch;
    vi.stubGlobal('fetch', (url: string, init: RequestInit) =>
      real(url.replace(/^https:\/\/[^/]*data\.mongodb-api\.com/, `${gateway.url.origin}/mongodb`), init),
    );
    const database = initDatabase({
      appId: 'data-abcde',
      apiKey: 'token-mongo-writer',
      databaseName: DATABASE,
      dataSource: 'mongo',
    });
    const things = database.collection('mongohttp');
    try {
      expect(await things.insertOne({ item: 'rope' })).toMatchObject({ isSuccess: true });
      expect(await things.insertMany([{ item: 'sail' }])).toMatchObject({ isSuccess: true });
      expect(await things.find({ filter: { item: 'sail' } })).toMatchObject({
        documents: [{ item: 'sail' }],
      });
      expect(await things.findOne({ filter: { item: 'none' } })).toMatchObject({
        isSuccess: true,
        document: null,
      });
      expect(await things.updateOne({ filter: { item: 'rope' }, update: { $set: { n: 1 } } })).toMatchObject({
        modifiedCount: 1,
      });
      expect(await things.aggregate({ pipeline: [{ $count: 'n' }] })).toMatchObject({
        documents: [{ n: 2 }],
      });
      expect(await things.find({ filter: { $nope: 1 } })).toMatchObject({
        isSuccess: false,
        error: expect.anything(),
      });
      expect(await things.deleteMany({ filter: {} })).toMatchObject({ deletedCount: 2 });
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

describe('answers', () => {
  it('equal those of the official driver, in canonical extended JSON', async () => {
    const text =
      '{"_id":{"$oid":"64d26b5a0a1b2c3d4e5f6071"},"int32":{"$numberInt":"7"},"double":{"$numberDouble":"1.0"},' +
      '"int64":{"$numberLong":"9007199254740993"},"decimal":{"$numberDecimal":"1.10"},"date":{"$date":{"$numberLong":"1764428400123"}},' +
      '"uuid":{"$binary":{"base64":"ehhLYB1LTw6dCisbWlrefw==","subType":"04"}},"list":[{"$numberInt":"1"},null,{"a":true}],' +
      '"regexp":{"$regularExpression":{"pattern":"a.b","options":"i"}},"timestamp":{"$timestamp":{"t":1,"i":2}},"text":"é 😀"}';
    const headers = { 'Content-Type': 'application/ejson', Authorization: 'Bearer token-all' };
    const post = async (action: string, body: string) => {
      const url = new URL(`/mongodb/action/${action}`, gateway.url);
      return (await fetch(url, { method: 'POST', headers, body })).text();
    };
    const where = `"dataSource":"mongo","database":"${DATABASE}","collection":"types"`;
    await post('deleteMany', `{${where},"filter":{}}`);
    expect(await post('insertOne', `{${where},"document":${text}}`)).toBe(
      '{"insertedId":{"$oid":"64d26b5a0a1b2c3d4e5f6071"}}',
    );
    expect(await post('findOne', `{${where}}`)).toBe(`{"document":${text}}`);
    const exact = { promoteValues: false, bsonRegExp: true };
    const theirs = await driver.db(DATABASE).collection('types').findOne({}, exact);
    expect(EJSON.stringify(theirs, { relaxed: false })).toBe(text);
    const json = await ask('findOne', place('types'));
    expect(json.body.document).toMatchObject({
      int64: '9007199254740993',
      decimal: '1.10',
      date: '2025-11-29T15:00:00.123Z',
    });
  });

  it.each(['mongo', 'mongoTls', 'mongoSet'])(
    'a bare large integer keeps its digits, over %s',
    async (dataSource) => {
      const collection = `large_${dataSource}`;
      const headers = { 'Content-Type': 'application/json', Authorization: 'Bearer token-all' };
      const body = JSON.stringify({
        ...place(collection, dataSource),
        filter: { _id: 1 },
        replacement: {},
        upsert: true,
      });
      const url = new URL('/mongodb/action/replaceOne', gateway.url);
      const response = await fetch(url, {
        method: 'POST',
        headers,
        body: body.replace('"replacement":{}', '"replacement":{"n":9007199254740993}'),
      });
      expect(await response.json()).toMatchObject({ matchedCount: expect.any(Number) });
      const found = await driver.db(DATABASE).collection(collection).findOne({});
      expect(String(found?.n)).toBe('9007199254740993');
    },
  );

  it('as lines, in several batches', async () => {
    const many = driver.db(DATABASE).collection('many');
    await many.insertMany(Array.from({ length: 2_500 }, (_, n) => ({ n, text: 'x'.repeat(50) })));
    const response = await gateway.fetch('/mongodb/action/find', {
      json: { ...place('many'), sort: { n: 1 }, projection: { _id: 0, n: 1 } },
      headers: { Accept: 'application/x-ndjson' },
    });
    const lines = (await response.text()).trimEnd().split('\n');
    expect([lines.length, lines[0], lines[2_499], lines[2_500]]).toEqual([
      2_501,
      '{"n":0}',
      '{"n":2499}',
      '{"documentCount":2500}',
    ]);
    expect((await ask('find', place('many'))).body.documents).toHaveLength(1_000);
  });

  it('the server’s refusals', async () => {
    const document = { _id: 1 };
    await ask('insertOne', { ...place('twice'), document });
    expect(await ask('insertOne', { ...place('twice'), document })).toMatchObject({
      status: 409,
      body: { server: { code: '11000' } },
    });
    expect(await ask('find', { ...place(), filter: { $nope: 1 } })).toMatchObject({
      status: 400,
      body: { code: 'server' },
    });
    expect(await ask('find', place('orders', 'mongoWrong'))).toMatchObject({
      status: 502,
      body: { code: 'auth' },
    });
    expect(await ask('find', place('orders', 'Cluster0'))).toMatchObject({
      status: 404,
      body: { error_code: 'NotFound' },
    });
  });
});

describe('fences', () => {
  it('scopes, collections and operators', async () => {
    const reader = (action: string, more: object) =>
      ask(action, { ...place(), ...more }, {}, 'token-mongo-reader');
    expect((await reader('find', {})).status).toBe(200);
    expect((await reader('deleteMany', { filter: {} })).status).toBe(403);
    expect((await reader('aggregate', { pipeline: [{ $out: 'copy' }] })).status).toBe(403);
    expect((await reader('find', { filter: { $where: 'true' } })).status).toBe(403);
    const narrow = (collection: string, pipeline: object[]) =>
      ask('aggregate', { ...place(collection, 'mongoNarrow'), pipeline });
    expect((await narrow('orders', [{ $match: { n: 1 } }])).body.documents).toHaveLength(1);
    expect((await narrow('types', [])).status).toBe(403);
    expect((await narrow('orders', [{ $unionWith: 'types' }])).status).toBe(403);
    expect(
      (await narrow('orders', [{ $facet: { a: [{ $lookup: { from: 'types', as: 'x', pipeline: [] } }] } }]))
        .status,
    ).toBe(403);
    expect(await driver.db(DATABASE).collection('copy').countDocuments()).toBe(0);
  });

  it('a command, for administrators', async () => {
    const answer = await gateway.ask('/mongodb/command', {
      json: { dataSource: 'mongo', database: DATABASE, command: { count: 'orders' } },
    });
    expect(answer.body).toMatchObject({ result: { n: 3, ok: 1 } });
  });
});

describe('a pool', () => {
  const counts = async (clear = false): Promise<GatewayStats> =>
    (await fetch(controlUrl, { method: 'POST', body: JSON.stringify({ listener: 'pooled', clear }) })).json();

  it('lends one connection to request after request', async () => {
    await ask('findOne', place('orders', 'mongoPooled'));
    await counts(true);
    for (let n = 1; n <= 5; n++)
      expect((await ask('findOne', { ...place('orders', 'mongoPooled'), filter: { n } })).status).toBe(200);
    const documents = (await ask('find', { ...place('many', 'mongoPooled'), limit: 1_500 })).body.documents;
    expect(documents).toHaveLength(1_500);
    const cursor = await ask('insertMany', {
      ...place('pooled', 'mongoPooled'),
      documents: [{ n: 1 }, { n: 2 }],
    });
    expect(cursor.body.insertedIds).toHaveLength(2);
    const { sockets, commands } = await counts();
    expect([sockets, commands.find, commands.getMore, commands.insert]).toEqual([0, 6, 1, 1]);
    expect(commands).not.toHaveProperty('endSessions');
  });
});
