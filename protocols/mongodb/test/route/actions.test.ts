// The actions: what the server is asked, and what the caller is answered, in both shapes and as lines.
import { Binary, Decimal128, Double, EJSON, Int32, Long, ObjectId, serialize, Timestamp, UUID } from 'bson';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { byName, firstBatch, gateway, PLACE } from './support.ts';

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
});

const ID = new ObjectId('64d26b5a0a1b2c3d4e5f6071');

describe('each action', () => {
  const found = byName({
    find: firstBatch([{ _id: ID, n: 1 }]),
    aggregate: firstBatch([{ _id: 'rope', n: 2 }]),
    insert: { ok: 1, n: 1 },
    update: { ok: 1, n: 1, nModified: 1 },
    delete: { ok: 1, n: 3 },
  });
  it.each<[string, object, object, object]>([
    [
      'findOne',
      { filter: { n: 1 } },
      { find: 'orders', filter: { n: 1 } },
      { document: { _id: String(ID), n: 1 } },
    ],
    [
      'findOne',
      { filter: null, projection: {} },
      { find: 'orders', filter: {} },
      { document: { _id: String(ID), n: 1 } },
    ],
    [
      'find',
      { filter: {}, sort: { n: -1 }, skip: 2, limit: 5, projection: { n: 1 } },
      { find: 'orders', sort: { n: -1 }, skip: 2, limit: 5, projection: { n: 1 } },
      { documents: [{ _id: String(ID), n: 1 }] },
    ],
    ['find', {}, { find: 'orders', limit: 1000 }, { documents: [{ _id: String(ID), n: 1 }] }],
    [
      'aggregate',
      { pipeline: [{ $match: { n: 1 } }] },
      { aggregate: 'orders', pipeline: [{ $match: { n: 1 } }] },
      { documents: [{ _id: 'rope', n: 2 }] },
    ],
    [
      'insertOne',
      { document: { _id: { $oid: String(ID) }, $where: 'data' } },
      { insert: 'orders', documents: [{ _id: ID, $where: 'data' }] },
      { insertedId: String(ID) },
    ],
    [
      'insertMany',
      { documents: [{ _id: 1 }, { _id: 'b' }] },
      { insert: 'orders', documents: [{ _id: 1 }, { _id: 'b' }] },
      { insertedIds: [1, 'b'] },
    ],
    [
      'updateOne',
      { filter: { n: 1 }, update: { $set: { n: 2 } } },
      { update: 'orders', updates: [{ q: { n: 1 }, u: { $set: { n: 2 } } }] },
      { matchedCount: 1, modifiedCount: 1 },
    ],
    [
      'updateMany',
      { filter: {}, update: [{ $set: { n: 2 } }], upsert: false },
      { update: 'orders', updates: [{ q: {}, u: [{ $set: { n: 2 } }], multi: true }] },
      { matchedCount: 1, modifiedCount: 1 },
    ],
    [
      'replaceOne',
      { filter: { n: 1 }, replacement: { n: 2 } },
      { update: 'orders', updates: [{ q: { n: 1 }, u: { n: 2 } }] },
      { matchedCount: 1, modifiedCount: 1 },
    ],
    [
      'deleteOne',
      { filter: { n: 1 } },
      { delete: 'orders', deletes: [{ q: { n: 1 }, limit: 1 }] },
      { deletedCount: 3 },
    ],
    ['deleteMany', { filter: {} }, { delete: 'orders', deletes: [{ q: {}, limit: 0 }] }, { deletedCount: 3 }],
  ])('%s %j', async (action, body, sent, answered) => {
    const { ask, commands } = gateway(found);
    const answer = await ask(`/action/${action}`, { ...PLACE, ...body });
    expect(answer.body).toEqual(answered);
    expect([answer.status, answer.headers.get('Content-Type')]).toEqual([200, 'application/json']);
    expect(commands[0]).toMatchObject({ ...sent, $db: 'shop' });
    // A cursor that is iterated has its time for each batch, which is the client's to watch.
    const isIterated = /^(find|aggregate) /.test(`${action} `);
    expect(typeof commands[0]?.maxTimeMS).toBe(isIterated ? 'undefined' : 'number');
  });

  it.each(['/app/data-abc/endpoint/data/v1', '/app/data-abc/endpoint/data/beta'])(
    'below %s',
    async (prefix) => {
      const { ask } = gateway(found);
      expect((await ask(`${prefix}/action/findOne`, PLACE)).body).toEqual({
        document: { _id: String(ID), n: 1 },
      });
      expect((await ask(`${prefix}/command`, PLACE)).status).toBe(404);
    },
  );

  it('without dataSource, with the token in each header that Data API clients use', async () => {
    const { ask } = gateway(found);
    const { dataSource: _, ...place } = PLACE;
    for (const name of ['api-key', 'apiKey']) {
      const answer = await ask('/action/findOne', place, { token: null, headers: { [name]: 'reader' } });
      expect(answer.status).toBe(200);
    }
    const wrong = await ask('/action/findOne', place, { token: null, headers: { 'api-key': 'nope' } });
    expect([wrong.status, wrong.body.error_code]).toEqual([401, 'InvalidSession']);
  });

  it('an order without fields is none', async () => {
    const { ask, commands } = gateway(found);
    await ask('/action/find', { ...PLACE, sort: {} });
    expect(commands[0]).not.toHaveProperty('sort');
  });

  it('an upsert tells its id, no document is null', async () => {
    const upserted = { ok: 1, n: 1, nModified: 0, upserted: [{ index: 0, _id: ID }] };
    const { ask } = gateway(byName({ update: upserted, find: firstBatch([]) }));
    const body = { ...PLACE, filter: {}, update: { $set: { a: 1 } }, upsert: true };
    expect((await ask('/action/updateOne', body)).body).toEqual({
      matchedCount: 0,
      modifiedCount: 0,
      upsertedId: String(ID),
    });
    expect((await ask('/action/findOne', PLACE)).text).toBe('{"document":null}');
  });

  it('an administrator’s command', async () => {
    const { ask, commands } = gateway(byName({ buildInfo: { version: '8.0.0', ok: 1 } }));
    const body = { database: 'admin', command: { buildInfo: 1 } };
    expect((await ask('/command', body, { token: 'admin' })).body).toEqual({
      result: { version: '8.0.0', ok: 1 },
    });
    expect(commands[0]).toMatchObject({ buildInfo: 1, $db: 'admin' });
    expect((await ask('/command', body, { token: 'writer' })).status).toBe(403);
  });
});

describe('values', () => {
  const document = {
    int32: new Int32(7),
    double: new Double(1),
    int64: Long.fromBigInt(9_007_199_254_740_993n),
    small: Long.fromNumber(5),
    decimal: Decimal128.fromString('1.10'),
    date: new Date('2026-11-29T15:00:00.123Z'),
    id: ID,
    binary: new Binary(Uint8Array.of(1, 2, 3), 0),
    uuid: new UUID('7a1f4c60-1d4b-4f0e-9d0a-2b1a5a6d7e8f'),
    timestamp: new Timestamp({ t: 4_000_000_000, i: 2 }),
    text: 'ahoy \u2028 "\\ \u0000 é 😀',
    regexp: /a.b/i,
    list: [1, [true, null], { a: {} }],
    nan: Number.NaN,
    minusZero: new Double(-0),
    1: 'first',
  };
  const { ask } = gateway(byName({ find: firstBatch([document]) }));

  it('in plain JSON', async () => {
    const { text, body } = await ask('/action/findOne', PLACE);
    expect(body.document).toMatchObject({
      int32: 7,
      double: 1,
      int64: '9007199254740993',
      small: 5,
      decimal: '1.10',
      date: '2026-11-29T15:00:00.123Z',
      id: String(ID),
      binary: 'AQID',
      uuid: '7a1f4c60-1d4b-4f0e-9d0a-2b1a5a6d7e8f',
      timestamp: { $timestamp: { t: 4_000_000_000, i: 2 } },
      text: document.text,
      regexp: { $regularExpression: { pattern: 'a.b', options: 'i' } },
      list: [1, [true, null], { a: {} }],
      nan: 'NaN',
    });
    expect(text).not.toMatch(/\n/);
  });

  it.each([
    ['by Accept', { headers: { Accept: 'application/ejson' } }],
    ['by the body’s type', { type: 'application/ejson' }],
    ['by Accept’s first', { headers: { Accept: 'application/ejson, application/json' } }],
  ])('in canonical extended JSON %s, as bson writes it', async (_how, options) => {
    const { text, headers } = await ask('/action/findOne', PLACE, options);
    expect(headers.get('Content-Type')).toBe('application/ejson');
    const bytes = serialize({ document });
    const { deserialize } = await import('bson');
    const exact = deserialize(bytes, { promoteValues: false, bsonRegExp: true });
    expect(JSON.parse(text)).toEqual(JSON.parse(EJSON.stringify(exact, { relaxed: false })));
  });

  it('plain JSON where Accept says so, whatever the body', async () => {
    const options = { type: 'application/ejson', headers: { Accept: 'application/json, */*' } };
    expect((await ask('/action/findOne', PLACE, options)).headers.get('Content-Type')).toBe(
      'application/json',
    );
  });

  it('counts are extended JSON, too', async () => {
    const { ask } = gateway(byName({ delete: { ok: 1, n: 2 } }));
    const answer = await ask('/action/deleteMany', { ...PLACE, filter: {} }, { type: 'application/ejson' });
    expect(answer.text).toBe('{"deletedCount":{"$numberInt":"2"}}');
  });

  it('each extended form arrives as its type, and digits are kept', async () => {
    const { ask, received } = gateway(byName({ find: firstBatch([]) }));
    const { deserialize } = await import('bson');
    const exact = deserialize(serialize(document), { promoteValues: false, bsonRegExp: true });
    const canonical = EJSON.stringify(exact, { relaxed: false });
    const extra = `"bare":9007199254740993,"large":-9223372036854775808,"over":4294967296,"half":0.5,"whole":3`;
    const body = `{"database":"shop","collection":"orders","filter":{${extra},${canonical.slice(1)}}`;
    expect((await ask('/action/findOne', body)).text).toBe('{"document":null}');
    // Behind the header, the flags and the section's kind.
    const { filter } = deserialize(received[0]?.bytes.subarray(21) ?? new Uint8Array(0), {
      promoteValues: false,
      bsonRegExp: true,
    });
    const { bare, large, over, half, whole, ...rest } = filter;
    expect(JSON.parse(EJSON.stringify(rest, { relaxed: false }))).toEqual(JSON.parse(canonical));
    expect(EJSON.stringify({ bare, large, over, half, whole }, { relaxed: false })).toBe(
      '{"bare":{"$numberLong":"9007199254740993"},"large":{"$numberLong":"-9223372036854775808"},' +
        '"over":{"$numberLong":"4294967296"},"half":{"$numberDouble":"0.5"},"whole":{"$numberInt":"3"}}',
    );
  });

  it('a field named __proto__ is a field', async () => {
    const { ask, received } = gateway(byName({ insert: { ok: 1, n: 1 } }));
    await ask(
      '/action/insertOne',
      '{"database":"shop","collection":"orders","document":{"_id":1,"__proto__":{"a":1}}}',
    );
    expect(Object.keys(received[0]?.sequences.documents?.[0] ?? {})).toEqual(['_id', '__proto__']);
  });
});

describe('lines and caps', () => {
  const many = byName({
    find: firstBatch([{ n: 1 }, { n: 2 }, { n: 3 }]),
    aggregate: firstBatch([{ n: 1 }]),
  });
  const lines = { Accept: 'application/x-ndjson' };

  it('a document a line, and a last line with their count', async () => {
    const { ask, commands } = gateway(many);
    const { text, headers } = await ask('/action/find', PLACE, { headers: lines });
    expect(text).toBe('{"n":1}\n{"n":2}\n{"n":3}\n{"documentCount":3}\n');
    expect(headers.get('Content-Type')).toBe('application/x-ndjson');
    expect(commands[0]).not.toHaveProperty('limit');
    const other = await ask(
      '/action/aggregate',
      { ...PLACE, pipeline: [] },
      { headers: lines, type: 'application/ejson' },
    );
    expect(other.text).toBe('{"n":{"$numberInt":"1"}}\n{"documentCount":1}\n');
  });

  it('a failure before the first line is a status, a later one the last line', async () => {
    const failing = gateway(
      byName({ find: { ok: 0, code: 2, codeName: 'BadValue', errmsg: 'unknown operator: $x' } }),
    );
    const early = await failing.ask('/action/find', PLACE, { headers: lines });
    expect([early.status, early.body.error_code]).toEqual([400, 'BadValue']);
    // Larger than what is gathered, so that a line has left.
    const first = firstBatch([{ text: 'x'.repeat(40_000) }], 7n);
    const late = gateway(
      byName({ find: first, getMore: { ok: 0, code: 43, codeName: 'CursorNotFound', errmsg: 'gone' } }),
    );
    const answer = await late.ask('/action/find', PLACE, { headers: lines });
    expect(answer.status).toBe(200);
    const last = JSON.parse(answer.text.trimEnd().split('\n').at(-1) ?? '');
    expect(last.error).toMatchObject({ code: 'server', server: { code: '43' } });
  });

  it.each([
    ['maxRows', { FAIRLEAD_LIMITS: { maxRows: 2 } }, 'all', /larger than 2 documents, the most that is sent/],
    ['maxResultBytes', { FAIRLEAD_LIMITS: { maxResultBytes: 10 } }, 'all', /larger than 10 bytes/],
    ['the token’s own', {}, 'few', /larger than 2 documents, the most that this token gets/],
  ])('a document over %s is 413', async (_what, env, token, text) => {
    const { ask } = gateway(many);
    const answer = await ask('/action/find', PLACE, { env, token });
    expect(answer.body).toMatchObject({ status: 413, code: 'limit', error: expect.stringMatching(text) });
  });

  it('the token’s own cap holds for lines, and is the default limit', async () => {
    const { ask, commands } = gateway(many);
    // No line has left yet: they are gathered.
    expect((await ask('/action/find', PLACE, { token: 'few', headers: lines })).status).toBe(413);
    await ask('/action/find', PLACE, { token: 'few' });
    expect(commands.filter(({ find }) => find).at(-1)).toMatchObject({ limit: 2 });
  });

  it('a caller that leaves in the middle ends the cursor or the socket', async () => {
    const ended: string[] = [];
    const { fetch } = gateway((command) => {
      const name = Object.keys(command)[0] ?? '';
      ended.push(name);
      if (name === 'find' || name === 'getMore')
        return {
          cursor: {
            [name === 'find' ? 'firstBatch' : 'nextBatch']: [{ text: 'x'.repeat(70_000) }],
            id: 7n,
            ns: 'shop.orders',
          },
          ok: 1,
        };
      return { ok: 1 };
    });
    const response = await fetch('/action/find', PLACE, { headers: lines });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    await reader.cancel();
    const sent = ended.filter((name) => name === 'getMore').length;
    expect(sent).toBeLessThan(5);
  });
});
