// /redis of the built Worker, against Redis 8: Upstash's REST shape, and the real @upstash/redis package.
import { Redis } from '@upstash/redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from './support.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
  await gateway.ask('/redis', { json: ['FLUSHDB'] });
});
afterAll(() => gateway.close());

describe('REST', () => {
  it('commands as an array, and as a path', async () => {
    expect(await gateway.ask('/redis', { json: ['SET', 'k', 'Göteborg', 'EX', 60] })).toEqual({
      status: 200,
      body: { result: 'OK' },
    });
    expect(await gateway.ask('/redis/get/k')).toEqual({ status: 200, body: { result: 'Göteborg' } });
    expect(await gateway.ask('/redis/set/k2/v2?EX=10')).toEqual({ status: 200, body: { result: 'OK' } });
    expect((await gateway.ask('/redis/ttl/k2')).body.result).toBeGreaterThan(0);
    expect((await gateway.ask('/redis/get/unknown')).body).toEqual({ result: null });
  });

  it('a path with encoded slashes and UTF-8, and a body as the last argument', async () => {
    const key = encodeURIComponent('harbour/横浜');
    await gateway.ask(`/redis/set/${key}`, { method: 'POST', json: { depth: 18 } });
    expect((await gateway.ask(`/redis/get/${key}`)).body.result).toBe('{"depth":18}');
  });

  it('pipelines, in which one command may fail', async () => {
    const json = [
      ['SET', 'n', 1],
      ['INCR', 'n'],
      ['LPUSH', 'n', 'x'],
      ['GET', 'n'],
    ];
    const { status, body } = await gateway.ask('/redis/pipeline', { json });
    expect(status).toBe(200);
    expect(body).toMatchObject([{ result: 'OK' }, { result: 2 }, {}, { result: '2' }]);
    expect((body as unknown as { error?: string }[])[2]?.error).toContain('WRONGTYPE');
  });

  it('transactions', async () => {
    const { body } = await gateway.ask('/redis/multi-exec', {
      json: [
        ['SET', 't', 5],
        ['INCRBY', 't', 2],
      ],
    });
    expect(body).toEqual([{ result: 'OK' }, { result: 7 }]);
  });

  it('bytes that are not UTF-8, as base64', async () => {
    await gateway.ask('/redis', { json: ['SETRANGE', 'zeros', 3, 'x'] });
    const headers = { 'Upstash-Encoding': 'base64' };
    expect((await gateway.ask('/redis/get/zeros', { headers })).body).toEqual({ result: 'AAAAeA==' });
  });

  it('another connection, over TLS, by query', async () => {
    expect((await gateway.ask('/redis/acl/whoami?connection=redisTls')).body).toEqual({ result: 'app' });
  });

  it.each([
    ['an error of the server', '/redis/incr/k', 400, 'ERR'],
    ['a wrong password', '/redis/get/k?connection=redisWrongPassword', 502, ''],
    ['an untrusted certificate', '/redis/get/k?connection=redisUntrusted', 502, ''],
    ['what the ACL forbids', '/redis/get/k?connection=redisReader', 400, 'NOPERM'],
    ['an unknown connection', '/redis/get/k?connection=nowhere', 404, ''],
  ])('%s has a status and an `error`', async (_name, path, status, words) => {
    const answer = await gateway.ask(path);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toContain(words);
    expect(JSON.stringify(answer.body)).not.toMatch(/wrong-password|app-password/);
  });

  it('a token that may only read', async () => {
    const token = 'token-reader';
    expect((await gateway.ask('/redis/get/k', { token })).status).toBe(200);
    expect((await gateway.ask('/redis/set/k/v', { token })).status).toBe(403);
    expect((await gateway.ask('/redis', { token, json: ['FLUSHALL'] })).status).toBe(403);
    expect((await gateway.ask('/redis/get/k', { token: 'unknown' })).status).toBe(401);
    expect((await gateway.ask('/redis/get/k', { token: null })).status).toBe(401);
  });
});

describe('@upstash/redis, unchanged', () => {
  const connect = (token = 'token-all') =>
    new Redis({ url: new URL('/redis', gateway.url).href, token, enableTelemetry: false, retry: false });

  it('strings, objects and numbers', async () => {
    const upstash = connect();
    expect(await upstash.set('u', { name: '横浜', depth: 18 })).toBe('OK');
    expect(await upstash.get('u')).toEqual({ name: '横浜', depth: 18 });
    expect(await upstash.incrby('u:n', 41)).toBe(41);
    expect(await upstash.get('u:unknown')).toBeNull();
    expect(await upstash.ping()).toBe('PONG');
  });

  it('hashes, lists, sets and sorted sets', async () => {
    const upstash = connect();
    await upstash.hset('u:h', { a: '1', b: 'zwei' });
    expect(await upstash.hgetall('u:h')).toEqual({ a: 1, b: 'zwei' });
    await upstash.rpush('u:l', 'x', 'y', 'z');
    expect(await upstash.lrange('u:l', 0, -1)).toEqual(['x', 'y', 'z']);
    await upstash.sadd('u:s', 'm');
    expect(await upstash.smembers('u:s')).toEqual(['m']);
    await upstash.zadd('u:z', { score: 1.5, member: 'm' });
    expect(await upstash.zrange('u:z', 0, -1, { withScores: true })).toEqual(['m', 1.5]);
    expect(await upstash.scan(0, { match: 'u:*', count: 1000 })).toMatchObject(['0', expect.any(Array)]);
  });

  it('pipelines, transactions and scripts', async () => {
    const upstash = connect();
    expect(await upstash.pipeline().set('u:p', 1).incr('u:p').get('u:p').exec()).toEqual(['OK', 2, 2]);
    expect(await upstash.multi().set('u:m', 'a').append('u:m', 'b').get('u:m').exec()).toEqual([
      'OK',
      2,
      'ab',
    ]);
    expect(await upstash.eval('return ARGV[1]', [], ['hello'])).toBe('hello');
  });

  it('errors', async () => {
    const upstash = connect();
    await upstash.set('u:text', 'x');
    await expect(upstash.lpush('u:text', 'y')).rejects.toThrow('WRONGTYPE');
    await expect(connect('unknown').get('u')).rejects.toThrow();
  });
});
