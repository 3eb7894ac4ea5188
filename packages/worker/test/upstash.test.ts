// The real @upstash/redis client against the gateway's /redis, its base path kept; the Redis behind it is a script.
import { scriptedPeer } from '@fairlead/testkit';
import { Redis } from '@upstash/redis';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createGateway } from '../src/index.ts';

const ENV = {
  FAIRLEAD_TOKENS: [{ name: 'app', token: 'app-token', scopes: ['redis'] }],
  FAIRLEAD_CONNECTIONS: { cache: 'redis://cache.example' },
};

type Peer = ReturnType<typeof scriptedPeer>;

const HELLO_REPLY = '*4\r\n$6\r\nserver\r\n$5\r\nredis\r\n$5\r\nproto\r\n:2\r\n';

/** A client whose requests go to a gateway that dials the script. */
function clientOf(peer: Peer, token = 'app-token', path = '/redis'): Redis {
  const gateway = createGateway({ connector: peer.connector });
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const { method = 'GET', headers = {}, body = null, signal = null } = init;
    return gateway.request(url, { method, headers, body, signal }, ENV);
  });
  return new Redis({
    url: `https://gateway.example${path}`,
    token,
    enableAutoPipelining: false,
    retry: false,
  });
}

const command = (...words: string[]) =>
  `*${words.length}\r\n${words.map((word) => `$${new TextEncoder().encode(word).length}\r\n${word}\r\n`).join('')}`;

/** What one request sends, all of it in its first flight. */
const flight = (...commands: string[][]) =>
  [['HELLO', '2'], ...commands].map((words) => command(...words)).join('');

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('@upstash/redis', () => {
  it('sets and gets, with text that is not ASCII', async () => {
    await using peer = scriptedPeer()
      .expect(flight(['set', 'clé', 'wärt']))
      .send(`${HELLO_REPLY}+OK\r\n`)
      .expectEnd()
      .nextConnection()
      .expect(flight(['get', 'clé']))
      .send(`${HELLO_REPLY}$5\r\nwärt\r\n`)
      .expectEnd();
    const redis = clientOf(peer);
    expect(await redis.set('clé', 'wärt')).toBe('OK');
    expect(await redis.get('clé')).toBe('wärt');
    await peer.done();
  });

  it('sends a pipeline as one, and finds each reply and error in its place', async () => {
    await using peer = scriptedPeer()
      .expect(flight(['incr', 'n'], ['lpush', 'n', 'x'], ['get', 'n']))
      .send(`${HELLO_REPLY}:1\r\n-WRONGTYPE not a list\r\n$1\r\n1\r\n`)
      .expectEnd();
    const pipeline = clientOf(peer).pipeline().incr('n').lpush('n', 'x').get('n');
    expect(await pipeline.exec({ keepErrors: true })).toEqual([
      { result: 1 },
      { error: 'WRONGTYPE not a list' },
      { result: 1 },
    ]);
  });

  it('throws what the server said', async () => {
    await using peer = scriptedPeer()
      .expect(flight(['lpush', 's', 'x']))
      .send(`${HELLO_REPLY}-WRONGTYPE not a list\r\n`)
      .expectEnd();
    await expect(clientOf(peer).lpush('s', 'x')).rejects.toThrow('WRONGTYPE not a list');
    await peer.done();
  });

  it('subscribes, by a URL that names the connection', async () => {
    const pushed = (...words: string[]) => command(...words).replace('*', '>');
    await using peer = scriptedPeer()
      .expect(command('HELLO', '3') + command('SUBSCRIBE', 'quay'))
      .send(HELLO_REPLY)
      .send('>3\r\n$9\r\nsubscribe\r\n$4\r\nquay\r\n:1\r\n')
      .send(pushed('message', 'quay', '{"ship":"Žofie"}'));
    const subscriber = clientOf(peer, 'app-token', '/redis/@cache').subscribe('quay');
    const counted = new Promise((resolve) => subscriber.on('subscribe', resolve));
    const taken = new Promise((resolve) => subscriber.on('message:quay', resolve));
    expect(await counted).toBe(1);
    expect(await taken).toEqual({ channel: 'quay', message: { ship: 'Žofie' } });
    await subscriber.unsubscribe();
  });

  it('hears why a subscription is refused', async () => {
    await using peer = scriptedPeer();
    const subscriber = clientOf(peer, 'app-token', '/redis/@nowhere').psubscribe('*');
    const failed = await new Promise<Error>((resolve) => subscriber.on('error', resolve));
    expect(failed.message).toContain('There is no redis connection named "nowhere"');
  });

  it('waits for an element', async () => {
    await using peer = scriptedPeer()
      .expect(flight(['BLPOP', 'jobs', '5']))
      .send(`${HELLO_REPLY}*2\r\n$4\r\njobs\r\n$7\r\n{"n":1}\r\n`)
      .expectEnd();
    expect(await clientOf(peer).exec(['BLPOP', 'jobs', 5])).toEqual(['jobs', { n: 1 }]);
    await peer.done();
  });

  it('throws what the gateway said', async () => {
    await using peer = scriptedPeer();
    await expect(clientOf(peer, 'wrong').get('k')).rejects.toThrow('The token is not known.');
  });
});
