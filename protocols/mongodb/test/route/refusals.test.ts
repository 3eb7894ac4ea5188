// What is refused, with code, message and status, and without a word to the server: malformed bodies, scopes, fences, own URLs.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HELLO } from '../support/server.ts';
import { type AskOptions, byName, firstBatch, gateway, PLACE } from './support.ts';

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
});

const empty = byName({ find: firstBatch([]), aggregate: firstBatch([]) });

/** A body of `findOne` with this text as its filter. */
const filter = (text: string) => `{"database":"shop","collection":"orders","filter":${text}}`;
/** A body of `findOne` with these members beside the place. */
const body = (members: object) => ({ ...PLACE, ...members });
/** A request with something out of order. */
interface Odd extends AskOptions {
  readonly path?: string;
  readonly body?: unknown;
}

const oid = '64d26b5a0a1b2c3d4e5f6071';

describe('bodies', () => {
  it.each<[action: string, body: unknown, detail: RegExp]>([
    ['findOne', '', /empty/],
    ['findOne', '{', /not valid JSON/],
    ['findOne', '[]', /body: /],
    ['findOne', '{"a":1,"a":2}', /body\.a: stands more than once/],
    ['findOne', {}, /body\.database/],
    ['findOne', body({ collection: '' }), /body\.collection/],
    ['findOne', body({ collection: 7 }), /body\.collection/],
    ['findOne', body({ database: { $oid: oid } }), /body\.database/],
    ['findOne', body({ dataSource: 1 }), /body\.dataSource/],
    ['findOne', body({ limit: 1 }), /limit/],
    ['findOne', body({ filter: [] }), /body\.filter: must be an object/],
    ['findOne', body({ filter: 'x' }), /body\.filter/],
    ['findOne', body({ filter: { $oid: oid } }), /body\.filter: must be an object/],
    ['findOne', body({ filter: { a: { $oid: 'x' } } }), /body\.filter\.a\.\$oid: is malformed extended JSON/],
    ['findOne', body({ filter: { a: { $oid: oid, b: 1 } } }), /\$oid: is malformed/],
    ['findOne', body({ filter: { a: { $numberInt: '2147483648' } } }), /\$numberInt/],
    ['findOne', body({ filter: { a: { $numberInt: 1 } } }), /\$numberInt/],
    ['findOne', body({ filter: { a: { $numberLong: '9223372036854775808' } } }), /\$numberLong/],
    ['findOne', body({ filter: { a: { $numberLong: '1.5' } } }), /\$numberLong/],
    ['findOne', body({ filter: { a: { $numberDouble: 'x' } } }), /\$numberDouble/],
    ['findOne', body({ filter: { a: { $numberDecimal: '1,5' } } }), /\$numberDecimal/],
    ['findOne', body({ filter: { a: { $numberDecimal: '1'.repeat(35) } } }), /\$numberDecimal/],
    ['findOne', body({ filter: { a: { $date: 'yesterday' } } }), /\$date/],
    ['findOne', body({ filter: { a: { $date: '2026-13-01T00:00:00Z' } } }), /\$date/],
    ['findOne', body({ filter: { a: { $date: { $numberLong: '9223372036854775807' } } } }), /\$date/],
    ['findOne', body({ filter: { a: { $binary: { base64: '?', subType: '00' } } } }), /\$binary/],
    ['findOne', body({ filter: { a: { $binary: { base64: 'AAAA' } } } }), /\$binary/],
    ['findOne', body({ filter: { a: { $uuid: '7' } } }), /\$uuid/],
    [
      'findOne',
      body({ filter: { a: { $regularExpression: { pattern: 'a', options: 'q' } } } }),
      /\$regularExpression/,
    ],
    ['findOne', body({ filter: { a: { $timestamp: { t: -1, i: 0 } } } }), /\$timestamp/],
    ['findOne', body({ filter: { a: { $minKey: 2 } } }), /\$minKey/],
    ['findOne', body({ filter: { a: { $code: 1 } } }), /\$code/],
    ['findOne', body({ filter: { a: [{ _bsontype: 'ObjectId' }] } }), /body\.filter\.a\[0\]\._bsontype/],
    [
      'findOne',
      filter('{"a":9223372036854775808}'),
      /body\.filter\.a: is a number that neither int64 nor a double holds/,
    ],
    ['findOne', filter('{"a":[0.1000000000000000055511151231]}'), /body\.filter\.a\[0\]: is a number/],
    ['findOne', filter('{"a":1e400}'), /body\.filter\.a: is a number/],
    ['findOne', filter('{"a":"\\ud800"}'), /surrogate/],
    ['find', body({ limit: -1 }), /body\.limit/],
    ['find', body({ limit: 1.5 }), /body\.limit/],
    ['find', body({ skip: '1' }), /body\.skip/],
    ['find', body({ sort: [['a', 1]] }), /body\.sort/],
    ['find', body({ sort: { a: 2 } }), /direction/],
    ['insertOne', body({}), /body\.document/],
    ['insertOne', body({ document: [{}] }), /body\.document/],
    ['insertMany', body({ documents: [] }), /body\.documents/],
    ['insertMany', body({ documents: [1] }), /body\.documents\[0\]/],
    ['updateOne', body({ filter: {} }), /body\.update/],
    ['updateOne', body({ filter: {}, update: { a: 1 } }), /operator/],
    ['updateOne', body({ update: { $set: { a: 1 } } }), /body\.filter/],
    ['updateMany', body({ filter: {}, update: { $set: { a: 1 } }, upsert: 'yes' }), /body\.upsert/],
    ['replaceOne', body({ filter: {}, replacement: { $set: { a: 1 } } }), /replace/],
    ['deleteMany', body({}), /body\.filter/],
    ['deleteMany', body({ filter: null }), /body\.filter/],
    ['aggregate', body({ pipeline: {} }), /body\.pipeline/],
    ['aggregate', body({ pipeline: ['$match'] }), /body\.pipeline\[0\]/],
  ])('%s with %j is 400', async (action, given, detail) => {
    const { ask, commands } = gateway(empty);
    const answer = await ask(`/action/${action}`, given);
    expect(answer.body).toMatchObject({
      status: 400,
      detail: expect.stringMatching(detail),
      error: answer.body?.detail,
      error_code: 'InvalidParameter',
    });
    expect(['invalid', 'usage']).toContain(answer.body.code);
    expect(commands.filter(({ endSessions }) => !endSessions)).toEqual([]);
  });

  it.each<[string, number, string, Odd]>([
    ['no type', 415, 'unsupported_media_type', { type: null }],
    ['text', 415, 'unsupported_media_type', { type: 'text/plain' }],
    ['bson', 415, 'unsupported_media_type', { type: 'application/bson' }],
    ['no token', 401, 'unauthorized', { token: null }],
    ['a wrong token', 401, 'unauthorized', { token: 'x' }],
    ['a query', 400, 'invalid', { path: '/action/findOne?database=x' }],
    ['another action', 404, 'not_found', { path: '/action/dropDatabase' }],
    ['another version', 404, 'not_found', { path: '/app/x/endpoint/data/v2/action/findOne' }],
    ['a body that is too deep', 413, 'limit', { body: filter(`${'{"a":'.repeat(70)}1${'}'.repeat(70)}`) }],
    ['a body that is too large', 413, 'limit', { env: { FAIRLEAD_LIMITS: { maxBodyBytes: 10 } } }],
  ])(
    '%s is %i',
    async (_what, status, code, { path = '/action/findOne', body: given = PLACE, ...options }) => {
      const { ask, dialled } = gateway(empty);
      const answer = await ask(path, given, options);
      expect(answer.body).toMatchObject({ status, code, error: answer.body?.detail });
      expect(dialled).toEqual([]);
    },
  );
});

describe('connections and scopes', () => {
  it.each<[string, string, object, string, number, string, RegExp]>([
    [
      'findOne',
      'all',
      { dataSource: 'Cluster0' },
      '',
      404,
      'not_found',
      /no mongodb connection named "Cluster0"/,
    ],
    ['findOne', 'reader', { dataSource: 'Cluster0' }, '', 403, 'forbidden', /./],
    ['insertOne', 'reader', { document: {} }, '', 403, 'forbidden', /./],
    ['deleteMany', 'reader', { filter: {} }, '', 403, 'forbidden', /./],
    ['updateOne', 'reader', { filter: {}, update: { $set: { a: 1 } } }, '', 403, 'forbidden', /./],
    ['aggregate', 'reader', { pipeline: [{ $out: 'copy' }] }, '$out', 403, 'forbidden', /./],
    ['aggregate', 'reader', { pipeline: [{ $merge: { into: 'copy' } }] }, '$merge', 403, 'forbidden', /./],
    ['aggregate', 'writer', { pipeline: [{ $out: 'copy' }] }, '', 403, 'policy', /\$out is not granted/],
  ])('%s as %s with %j is refused', async (action, token, members, grant, status, code, detail) => {
    const { ask, commands } = gateway(empty, grant === '' ? {} : { allow: [grant] });
    const answer = await ask(`/action/${action}`, { ...PLACE, ...members }, { token });
    expect(answer.body).toMatchObject({ status, code, detail: expect.stringMatching(detail) });
    expect(commands).toEqual([]);
  });

  it('a writer and an administrator may read', async () => {
    const { ask } = gateway(empty);
    for (const token of ['writer', 'admin'])
      expect((await ask('/action/find', PLACE, { token })).status).toBe(200);
    expect((await ask('/action/deleteOne', { ...PLACE, filter: {} }, { token: 'admin' })).status).toBe(200);
  });

  it('a pipeline that writes needs the scope to write and the entry’s leave', async () => {
    const { ask } = gateway(empty, { allow: ['$out', '$merge'] });
    for (const stage of [{ $out: 'copy' }, { $merge: { into: { db: 'shop', coll: 'copy' } } }])
      expect(
        (await ask('/action/aggregate', { ...PLACE, pipeline: [stage] }, { token: 'writer' })).status,
      ).toBe(200);
  });

  it.each([
    ['an unknown member', { colections: ['shop.*'] }],
    ['an empty list', { collections: [] }],
    ['a pattern of its own kind', { collections: ['shop.o*'] }],
    ['a database alone', { collections: ['shop'] }],
    ['an unknown grant', { allow: ['$eval'] }],
  ])('settings with %s are refused', async (_what, entry) => {
    const { ask, dialled } = gateway(empty, entry);
    const answer = await ask('/action/findOne', PLACE);
    expect(answer.body).toMatchObject({
      status: 400,
      code: 'usage',
      detail: expect.stringMatching(/do not fit MongoDB/),
    });
    expect(dialled).toEqual([]);
  });
});

describe('the fence', () => {
  const listed = { collections: ['shop.*', 'logs.2026', 'shop.system.views'] };
  it.each<[database: string, collection: string, entry: object, ok: boolean]>([
    ['shop', 'orders', listed, true],
    ['logs', '2026', listed, true],
    ['logs', '2025', listed, false],
    ['logs', '2026.more', listed, false],
    ['other', 'orders', listed, false],
    ['shop', 'system.views', listed, true],
    ['shop', 'system.users', listed, false],
    ['shop', 'System.users', listed, false],
    ['Shop', 'orders', listed, false],
    ['shop', 'orders', {}, true],
    ['shop', 'system.profile', {}, false],
    ['admin', 'x', {}, false],
    ['ADMIN', 'x', {}, false],
    ['config', 'x', {}, false],
    ['local', 'oplog.rs', {}, false],
    ['local', 'oplog.rs', { collections: ['local.*'] }, true],
    ['admin', 'system.users', { collections: ['admin.*'] }, false],
    ['shop', '$cmd', {}, false],
    ['shop', '$cmd.sys.inprog', { collections: ['shop.*'] }, false],
  ])('%s.%s with %j: %s', async (database, collection, entry, ok) => {
    const { ask, commands } = gateway(empty, entry);
    const answer = await ask('/action/find', { database, collection });
    if (ok) expect(answer.status).toBe(200);
    else {
      expect(answer.body).toMatchObject({ status: 403, code: 'policy', error_code: 'Forbidden' });
      expect(commands).toEqual([]);
    }
  });

  const inLookup = (pipeline: object[]) => ({ $lookup: { from: 'lines', pipeline, as: 'x' } });
  it.each<[string, object[], boolean]>([
    ['$lookup within', [{ $lookup: { from: 'lines', localField: 'a', foreignField: 'b', as: 'x' } }], true],
    [
      '$lookup with its own documents',
      [{ $lookup: { pipeline: [{ $documents: [{ a: 1 }] }], as: 'x' } }],
      true,
    ],
    ['$lookup by { db, coll }', [{ $lookup: { from: { db: 'shop', coll: 'lines' }, as: 'x' } }], true],
    ['$lookup elsewhere', [{ $lookup: { from: { db: 'other', coll: 'lines' }, as: 'x' } }], false],
    ['$lookup into system', [{ $lookup: { from: 'system.users', as: 'x' } }], false],
    ['$lookup from nowhere', [{ $lookup: { as: 'x' } }], false],
    ['$lookup from an id', [{ $lookup: { from: { $oid: oid }, as: 'x' } }], false],
    ['$lookup from null', [{ $lookup: { from: null, as: 'x' } }], false],
    [
      'a $lookup in a $lookup',
      [inLookup([inLookup([{ $lookup: { from: { db: 'a', coll: 'b' }, as: 'x' } }])])],
      false,
    ],
    ['$out in a $lookup', [inLookup([{ $out: 'copy' }])], false],
    ['$graphLookup', [{ $graphLookup: { from: 'lines', as: 'x' } }], true],
    ['$graphLookup elsewhere', [{ $graphLookup: { from: { db: 'x', coll: 'y' }, as: 'x' } }], false],
    ['$unionWith', [{ $unionWith: 'lines' }], true],
    ['$unionWith elsewhere', [{ $unionWith: { coll: 'x', db: 'admin' } }], false],
    ['$unionWith system', [{ $unionWith: 'system.js' }], false],
    [
      '$unionWith with a pipeline',
      [{ $unionWith: { coll: 'lines', pipeline: [{ $unionWith: 'system.js' }] } }],
      false,
    ],
    ['$unionWith nothing', [{ $unionWith: {} }], false],
    ['$facet', [{ $facet: { a: [{ $match: {} }], b: [{ $count: 'n' }] } }], true],
    [
      '$facet with a stage that reaches out',
      [{ $facet: { a: [{ $unionWith: { coll: 'a', db: 'b' } }] } }],
      false,
    ],
    ['$facet with no array', [{ $facet: { a: { $unionWith: 'x' } } }], false],
    ['$out', [{ $out: 'copy' }], false],
    ['$out elsewhere', [{ $out: { db: 'other', coll: 'copy' } }], false],
    ['$merge', [{ $merge: 'copy' }], false],
    ['$where in $match', [{ $match: { $or: [{ a: [{ $where: 'true' }] }] } }], false],
    ['$function deep in $project', [{ $project: { a: { $map: { in: { $function: {} } } } } }], false],
    ['$accumulator in $group', [{ $group: { _id: 1, a: { $accumulator: {} } } }], false],
    ['$function in a $lookup', [inLookup([{ $match: { $expr: { $function: {} } } }])], false],
    ['$changeStream', [{ $changeStream: {} }], false],
    ['$currentOp', [{ $currentOp: {} }], false],
    ['$listSessions', [{ $listSessions: {} }], false],
    ['an unknown stage', [{ $somethingNew: {} }], false],
    ['an inner stage', [{ $_internalInhibitOptimization: {} }], false],
    ['two stages in one', [{ $match: {}, $out: 'copy' }], false],
    ['an empty stage', [{}], false],
  ])('%s', async (_what, pipeline, ok) => {
    const { ask, commands } = gateway(empty, { collections: ['shop.*'] });
    const answer = await ask('/action/aggregate', { ...PLACE, pipeline });
    if (ok) expect(answer.text).toBe('{"documents":[]}');
    else {
      expect(answer.body).toMatchObject({ status: 403, code: 'policy', safeToRetry: true });
      expect(commands).toEqual([]);
    }
  });

  const code = { $where: 'sleep(1)' };
  it.each<[string, object]>([
    ['find', { filter: code }],
    ['find', { filter: { a: { $elemMatch: code } } }],
    ['find', { filter: { $expr: { $function: {} } } }],
    ['find', { projection: { a: { $function: {} } } }],
    ['findOne', { filter: { $and: [{ $nor: [code] }] } }],
    ['findOne', { sort: { a: { $function: {} } } }],
    ['updateOne', { filter: code, update: { $set: { a: 1 } } }],
    ['updateMany', { filter: {}, update: [{ $set: { a: { $function: {} } } }] }],
    ['updateMany', { filter: {}, update: [{ $currentOp: {} }] }],
    ['updateOne', { filter: {}, update: { $pull: { a: code } } }],
    ['replaceOne', { filter: code, replacement: {} }],
    ['deleteOne', { filter: code }],
    ['deleteMany', { filter: { $or: [code] } }],
  ])('code of the caller’s in %s %j is refused, unless the entry grants it', async (action, members) => {
    const { ask, commands } = gateway(empty);
    const answer = await ask(`/action/${action}`, { ...PLACE, ...members });
    expect(answer.body).toMatchObject({ status: 403, code: 'policy' });
    expect(commands).toEqual([]);
  });

  it('grants hold for what they name alone', async () => {
    const { ask } = gateway(empty, { allow: ['$where'] });
    expect((await ask('/action/find', { ...PLACE, filter: code })).status).toBe(200);
    expect((await ask('/action/find', { ...PLACE, filter: { $expr: { $function: {} } } })).status).toBe(403);
  });

  it.each<[object, object]>([
    [{ mapReduce: 'orders', map: '', reduce: '', out: { inline: 1 } }, {}],
    [{ mapreduce: 'orders' }, {}],
    [{ find: 'orders', filter: code }, {}],
    [{ aggregate: 'orders', pipeline: [{ $facet: { a: [{ $out: 'x' }] } }], cursor: {} }, {}],
    [{ ping: 1 }, { collections: ['shop.*'] }],
  ])('the command %j with %j is refused', async (command, entry) => {
    const { ask, commands } = gateway(empty, entry);
    const answer = await ask('/command', { database: 'shop', command });
    expect(answer.body).toMatchObject({ status: 403, code: 'policy' });
    expect(commands).toEqual([]);
  });

  it.each([
    [{ ping: 1, $db: 'admin' }, /\$db is the client's part/],
    [{ ping: 1, lsid: {} }, /lsid is the client's part/],
    [{ ping: 1, txnNumber: 1 }, /txnNumber/],
  ])('the command %j is 400', async (command, detail) => {
    const answer = await gateway(empty).ask('/command', { database: 'shop', command });
    expect(answer.body).toMatchObject({ status: 400, code: 'usage', detail: expect.stringMatching(detail) });
  });
});

describe('the server’s refusals', () => {
  it.each<[string, object, number, string, string]>([
    [
      'a duplicate key',
      { ok: 1, n: 0, writeErrors: [{ index: 0, code: 11000, errmsg: 'E11000' }] },
      409,
      'server',
      'MongoDBError',
    ],
    [
      'a write conflict',
      { ok: 0, code: 112, codeName: 'WriteConflict', errmsg: 'x' },
      409,
      'server',
      'WriteConflict',
    ],
    [
      'a server that is no primary',
      { ok: 0, code: 10107, codeName: 'NotWritablePrimary', errmsg: 'x' },
      503,
      'server',
      'NotWritablePrimary',
    ],
    [
      'a server that shuts down',
      { ok: 0, code: 91, codeName: 'ShutdownInProgress', errmsg: 'x' },
      503,
      'server',
      'ShutdownInProgress',
    ],
    ['a bad value', { ok: 0, code: 2, codeName: 'BadValue', errmsg: 'x' }, 400, 'server', 'BadValue'],
    [
      'no right',
      { ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'user app has none' },
      502,
      'auth',
      'InternalServerError',
    ],
    [
      'its own limit of time',
      { ok: 0, code: 50, codeName: 'MaxTimeMSExpired', errmsg: 'x' },
      504,
      'timeout',
      'MaxTimeMSExpired',
    ],
    ['an answer that is none', { cursor: 1 }, 400, 'server', 'MongoDBError'],
  ])('%s', async (_what, reply, status, code, error) => {
    const { ask } = gateway(byName({ insert: reply }), { directConnection: true });
    const answer = await ask('/action/insertOne', { ...PLACE, document: { _id: 1 } });
    expect(answer.body).toMatchObject({ status, code, error_code: error, error: answer.body?.detail });
    expect(answer.text).not.toMatch(/db\.example\.com|user app/);
  });

  it('a server that says nothing costs the request’s time, and its socket', async () => {
    const { ask, commands } = gateway((command) => ('find' in command ? undefined : { ok: 1 }));
    const answer = await ask('/action/findOne', PLACE, { headers: { 'Fairlead-Timeout-Ms': '150' } });
    expect(answer.body).toMatchObject({ status: 504, code: 'timeout' });
    expect(commands[0]?.maxTimeMS).toBeLessThanOrEqual(150);
    expect(commands[0]?.maxTimeMS).toBeGreaterThan(0);
  });
});

describe('an address of the caller’s own', () => {
  const own = (url: string) => ({ headers: { 'Fairlead-Url': url } });
  const { dataSource: _, ...place } = PLACE;

  it('is asked as the one server that it is, whatever it says of others', async () => {
    const lie = {
      ...HELLO,
      isWritablePrimary: false,
      secondary: true,
      setName: 'rs',
      me: 'own.example.com:27017',
      hosts: ['10.0.0.1:27017', '169.254.169.254:80'],
      primary: '10.0.0.1:27017',
    };
    const { ask, dialled } = gateway(empty, {}, lie);
    for (const url of [
      'mongodb://own.example.com/?tls=false',
      'mongodb://own.example.com/?tls=false&directConnection=false&replicaSet=rs&readPreference=primary',
    ])
      expect((await ask('/action/findOne', place, own(url))).text).toBe('{"document":null}');
    expect(new Set(dialled)).toEqual(new Set(['own.example.com:27017']));
  });

  it.each<[string, string, number, string]>([
    ['mongodb+srv', 'mongodb+srv://own.example.com/', 403, 'policy'],
    ['two hosts', 'mongodb://own.example.com,10.0.0.1/?tls=false', 400, 'usage'],
    ['two hosts with ports', 'mongodb://own.example.com:27017,10.0.0.1:27017/?tls=false', 400, 'usage'],
    ['two hosts, encoded', 'mongodb://own.example.com%2C10.0.0.1/?tls=false', 400, 'usage'],
    ['a second user part', 'mongodb://a@10.0.0.1@own.example.com/?tls=false', 200, ''],
    ['another port', 'mongodb://own.example.com:27018/?tls=false', 403, 'policy'],
    ['another host', 'mongodb://10.0.0.1/?tls=false', 403, 'policy'],
    ['a load balancer', 'mongodb://own.example.com/?tls=false&loadBalanced=true', 400, 'usage'],
    ['SRV options', 'mongodb://own.example.com/?tls=false&srvServiceName=x', 400, 'usage'],
    ['a proxy', 'mongodb://own.example.com/?tls=false&proxyHost=10.0.0.1', 403, 'policy'],
    ['another scheme', 'redis://own.example.com/', 400, 'usage'],
  ])('%s', async (_what, url, status, code) => {
    const { ask, dialled } = gateway(empty);
    const answer = await ask('/action/findOne', place, own(url));
    if (status === 200) {
      // The user's part is one: it has a second @ in it, and the host is the last.
      expect([...new Set(dialled)].every((address) => address === 'own.example.com:27017')).toBe(true);
      return;
    }
    expect(answer.body).toMatchObject({ status, code });
    expect(dialled).toEqual([]);
  });

  it('goes with no dataSource', async () => {
    const answer = await gateway(empty).ask('/action/findOne', PLACE, own('mongodb://own.example.com/'));
    expect(answer.body).toMatchObject({
      status: 400,
      code: 'invalid',
      detail: expect.stringMatching(/not both/),
    });
  });
});

describe('named connections of several servers', () => {
  it.each(['mongodb://a.example.com,b.example.com/', 'mongodb://u:p@a.example.com:1,b.example.com:2/shop'])(
    'the URL %s is refused, and says where the others go',
    async (url) => {
      const answer = await gateway(empty, { url }).ask('/action/find', PLACE);
      expect(answer.body).toMatchObject({
        status: 500,
        code: 'config',
        detail: expect.stringMatching(/"hosts"/),
      });
    },
  );

  it('the further hosts are seeds, too', async () => {
    const refuse = {
      ...HELLO,
      isWritablePrimary: false,
      secondary: true,
      setName: 'rs',
      hosts: ['db.example.com:27017', 'b.example.com:27018'],
      primary: 'b.example.com:27018',
    };
    const entry = { hosts: [{ hostname: 'b.example.com', port: 27_018 }], connectTimeoutMs: 300 };
    const { ask, dialled } = gateway(empty, entry, refuse);
    await ask('/action/findOne', PLACE);
    expect(new Set(dialled)).toEqual(new Set(['db.example.com:27017', 'b.example.com:27018']));
  });
});
