// Redis 8: connections that the server ends, and what they say of it; passwords that are asked for at each login.
import { connect, isFairleadError, subscribe } from '@fairlead/redis';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { failure } from './support.ts';

// The server whose certificate names another host is good for its certificate alone: nothing else uses its plain port.
const { plainPort } = inject('servers').redis.otherName;
const url = `redis://:default-password@localhost:${plainPort}`;

const NO_ROOM = 'ERR max number of clients reached';

describe('a server that has no room', () => {
  beforeAll(async () => {
    await using client = await connect(url);
    await client.send('CONFIG', 'SET', 'maxclients', 1);
  });
  afterAll(async () => {
    // The server lets go of a connection a moment behind its close.
    const makeRoom = async (): Promise<void> => {
      await using client = await connect(url);
      await client.send('CONFIG', 'SET', 'maxclients', 1000);
    };
    await vi.waitFor(makeRoom, { timeout: 10_000, interval: 50 });
  });

  it('says so to a command, to a subscription and to an idle connection', async () => {
    await using holder = await connect(url);
    await holder.ready();
    const refusal = { code: 'connection_lost', safeToRetry: true, server: { code: 'ERR', message: NO_ROOM } };
    const client = await connect(url);
    expect(await failure(client.set('k', 1))).toMatchObject(refusal);
    expect(await failure(client.set('k', 1))).toMatchObject(refusal);
    expect(await failure(connect(url).then((other) => subscribe(other, ['c'])))).toMatchObject(refusal);
    const idle = await connect(url);
    await idle.closed;
    expect(await failure(idle.set('k', 1))).toMatchObject(refusal);
  });
});

describe('a connection that the server ends', () => {
  it('while it is idle: `closed` settles, and the next command is safe to retry', async () => {
    await using killer = await connect(url);
    const client = await connect(url);
    const id = await client.send('CLIENT', 'ID');
    await killer.send('CLIENT', 'KILL', 'ID', String(id));
    await client.closed;
    expect(await failure(client.set('k', 1))).toMatchObject({ code: 'connection_lost', safeToRetry: true });
  });

  it('while it is subscribed: the loop ends with the error', async () => {
    await using killer = await connect(url);
    const client = await connect(url);
    const id = await client.send('CLIENT', 'ID');
    const subscription = await subscribe(client, ['c']);
    await killer.send('CLIENT', 'KILL', 'ID', String(id));
    expect((await failure(subscription.next())).code).toBe('connection_lost');
  });
});

describe('a password as a function', () => {
  it('is asked at each login', async () => {
    let asked = 0;
    const password = async (): Promise<string> => {
      asked++;
      return 'default-password';
    };
    await using client = await connect({ port: plainPort, password });
    await using own = await client.dedicated();
    expect([await client.ping(), await own.ping(), asked]).toEqual(['PONG', 'PONG', 2]);
  });

  it('that is wrong is refused as any other', async () => {
    await using client = await connect({ port: plainPort, password: () => 'wrong' });
    const error = await failure(client.ready());
    expect([error.code, error.safeToRetry, isFairleadError(error)]).toEqual(['auth', true, true]);
  });
});

describe('lines of more than 64 KiB', () => {
  it('come as a status, and as an error', async () => {
    await using client = await connect(url);
    const words = 'x'.repeat(100_000);
    const status = `return redis.status_reply(ARGV[1])`;
    expect(await client.send('EVAL', status, 0, words)).toBe(words);
    const error = await failure(client.send('EVAL', 'return redis.error_reply(ARGV[1])', 0, `MY ${words}`));
    expect(error.server).toEqual({ code: 'MY', message: `MY ${words}` });
  });
});
