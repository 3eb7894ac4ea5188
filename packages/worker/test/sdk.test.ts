// The client against the real gateway, in one isolate; the servers behind it are scripts.
import { FairleadError } from '@fairlead/errors';
import {
  adminSettings,
  type Client,
  createClient,
  pgQuery,
  redisPipeline,
  redisRun,
  redisSubscribe,
  tcpPing,
  tcpPingEvents,
  tcpPingLines,
} from '@fairlead/sdk';
import { scriptedPeer } from '@fairlead/testkit';
import { createGateway } from '@fairlead/worker';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const ENV = {
  FAIRLEAD_TOKENS: [
    { name: 'all', token: 'all-token', scopes: ['*'] },
    { name: 'few', token: 'few-token', scopes: ['redis:read:cache'] },
  ],
  FAIRLEAD_CONNECTIONS: { cache: 'redis://cache.example', main: 'postgres://app@db.example/shop' },
};

const HELLO = '*2\r\n$5\r\nHELLO\r\n$1\r\n2\r\n';
const HELLO_REPLY = '*4\r\n$6\r\nserver\r\n$5\r\nredis\r\n$5\r\nproto\r\n:2\r\n';

type Peer = Pick<ReturnType<typeof scriptedPeer>, 'connector'>;

/** A client whose requests go to a gateway that dials the script. */
function clientOf(peer: Peer, token = 'all-token'): Client {
  const gateway = createGateway({ connector: peer.connector });
  const send = async (url: string, init: RequestInit): Promise<Response> => gateway.request(url, init, ENV);
  return createClient({ url: 'https://gateway.test', token, fetch: send, timeoutMs: 15_000 });
}

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the client and the gateway', () => {
  it('run a command', async () => {
    await using peer = scriptedPeer()
      .expect(`${HELLO}*2\r\n$3\r\nGET\r\n$4\r\nclé\r\n`)
      .send(`${HELLO_REPLY}$4\r\nahoy\r\n`)
      .expectEnd();
    expect(await redisRun(clientOf(peer), { body: ['GET', 'clé'], connection: 'cache' })).toEqual({
      result: 'ahoy',
    });
    await peer.done();
  });

  it('give errors of one command in a pipeline in their place', async () => {
    await using peer = scriptedPeer()
      .expect(`${HELLO}*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n*2\r\n$3\r\nGET\r\n$1\r\nn\r\n`)
      .send(`${HELLO_REPLY}-ERR value is not an integer\r\n$1\r\nx\r\n`)
      .expectEnd();
    const answers = await redisPipeline(clientOf(peer), {
      body: [
        ['INCR', 'n'],
        ['GET', 'n'],
      ],
    });
    expect(answers).toEqual([{ error: 'ERR value is not an integer' }, { result: 'x' }]);
  });

  it('dial anew where nothing was sent', async () => {
    let dials = 0;
    const client = clientOf({
      connector: () => {
        dials++;
        return Promise.reject(new FairleadError('connect_failed', 'refused', { safeToRetry: true }));
      },
    });
    const call = redisRun(client, { body: ['SET', 'k', 'v'] });
    await expect(call).rejects.toMatchObject({ status: 502, safeToRetry: true });
    expect(dials).toBe(3);
  });

  it('tell a missing scope, a wrong token and a wrong body as they are', async () => {
    await using peer = scriptedPeer();
    const few = clientOf(peer, 'few-token');
    await expect(redisRun(few, { body: ['SET', 'k', 'v'] })).rejects.toMatchObject({
      code: 'forbidden',
      status: 403,
      needs: 'redis:write:cache',
    });
    await expect(adminSettings(clientOf(peer, 'wrong-token'))).rejects.toMatchObject({
      code: 'unauthorized',
      status: 401,
      requestId: expect.stringMatching(/^[\w-]+$/),
    });
    const wrong = pgQuery(few, { body: { sql: 7 as unknown as string } });
    await expect(wrong).rejects.toMatchObject({ code: 'invalid', errors: [{ path: 'body.sql' }] });
  });

  it('measure a handshake: as a document, as lines, as events', async () => {
    await using peer = scriptedPeer().expectEnd().nextConnection().expectEnd().nextConnection().expectEnd();
    const client = clientOf(peer);
    const input = { query: { connection: 'cache' } };
    expect(await tcpPing(client, input)).toMatchObject({ connection: 'cache', sent: 1, received: 1 });
    const lines: unknown[] = [];
    for await (const line of tcpPingLines(client, input)) lines.push(line);
    expect(lines).toMatchObject([{ sample: { n: 1 } }, { summary: { received: 1 } }]);
    const events: string[] = [];
    for await (const { event } of tcpPingEvents(client, input)) events.push(event);
    expect(events).toEqual(['sample', 'summary']);
  });

  it('subscribe to a channel, and end it by breaking off', async () => {
    await using peer = scriptedPeer()
      .expect('*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n*2\r\n$9\r\nSUBSCRIBE\r\n$4\r\nnews\r\n')
      .send('%1\r\n$5\r\nproto\r\n:3\r\n>3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n')
      .send('>3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nhello\r\n');
    const seen: string[] = [];
    for await (const { data } of redisSubscribe(clientOf(peer), { path: { channel: 'news' } })) {
      seen.push(data);
      if (seen.length === 2) break;
    }
    expect(seen).toEqual(['subscribe,news,1', 'message,news,hello']);
  });
});
