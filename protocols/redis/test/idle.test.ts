// What comes while nothing is asked for: goodbyes, ends, late replies. It is noticed before the next command leaves.
import { scriptedPeer } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { connect, type RedisOptions, subscribe } from '../src/index.ts';
import { bulk, cmd, cmds, confirmed, HELLO_REPLY, push } from './wire.ts';

const NO_ROOM = 'ERR max number of clients reached';

async function open(options: RedisOptions = {}) {
  const peer = scriptedPeer().expect(cmds('HELLO 3', 'PING')).send(`${HELLO_REPLY}+PONG\r\n`);
  const client = await connect({ hostname: 'cache.test', connector: peer.connector, ...options });
  await client.ready();
  return { peer, client };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a reply that nothing asked for', () => {
  it.each([30, 60, 90, 300])('comes late, and the next command %i ms behind it', async (ms) => {
    const { peer, client } = await open();
    peer.expect(cmd('GET a')).send(bulk('v-a')).delay(10).send(bulk('EXTRA'));
    expect(await client.get('a')).toBe('v-a');
    await pause(ms);
    await expect(client.get('b')).rejects.toMatchObject({ code: 'protocol', safeToRetry: true });
    await expect(client.get('c')).rejects.toMatchObject({ code: 'protocol', safeToRetry: true });
    await peer.done();
  });

  it.each(['$5\r\nEX', '*2\r\n+a\r\n', ':1', '+OK\r'])('has begun behind a reply: %j', async (rest) => {
    const { peer, client } = await open();
    peer.expect(cmd('GET a')).send(bulk('v-a') + rest);
    expect(await client.get('a')).toBe('v-a');
    await expect(client.get('b')).rejects.toMatchObject({ code: 'protocol', safeToRetry: true });
    await peer.done();
  });

  it('came before anything was sent', async () => {
    const peer = scriptedPeer().send('+OK\r\n');
    const client = await connect({ connector: peer.connector });
    await client.closed;
    await expect(client.get('a')).rejects.toMatchObject({ code: 'protocol', safeToRetry: true });
    await peer.done();
  });

  it('is no push: those come when they like, in pieces too', async () => {
    const { peer, client } = await open();
    const message = push('message', 'c', 'late');
    peer
      .expect(cmd('GET a'))
      .send(bulk('v-a') + message.slice(0, 9))
      .delay(150)
      .send(message.slice(9))
      .expect(cmd('GET b'))
      .send(bulk('v-b'));
    expect(await client.get('a')).toBe('v-a');
    await pause(250);
    expect(await client.get('b')).toBe('v-b');
    await peer.done();
  });
});

describe('a goodbye', () => {
  it.each<[string, RedisOptions]>([
    ['an open server', {}],
    ['one with passwords', { password: 'secret' }],
    ['a database', { database: 3 }],
  ])('comes in place of the login’s answer: %s', async (_, options) => {
    const peer = scriptedPeer().expect('*').send(`-${NO_ROOM}\r\n`).close();
    const client = await connect({ connector: peer.connector, ...options });
    const error = { code: 'connection_lost', safeToRetry: true, server: { code: 'ERR', message: NO_ROOM } };
    await expect(client.set('k', 1)).rejects.toMatchObject(error);
    await expect(client.get('k')).rejects.toMatchObject(error);
    await client.closed;
  });

  it('tells a subscription too', async () => {
    const peer = scriptedPeer().expect('*').send(`-${NO_ROOM}\r\n`).close();
    const client = await connect({ connector: peer.connector });
    await expect(subscribe(client, ['c'])).rejects.toMatchObject({ server: { message: NO_ROOM } });
  });

  it('is not sure to have come before the commands, whatever its words', async () => {
    const peer = scriptedPeer().expect('*').send('-ERR going down\r\n').close();
    const client = await connect({ connector: peer.connector });
    await expect(client.set('k', 1)).rejects.toMatchObject({
      code: 'connection_lost',
      safeToRetry: false,
      server: { message: 'ERR going down' },
    });
  });

  it.each([0, 1])('comes on an idle connection, after %i commands', async (commands) => {
    const peer = scriptedPeer();
    if (commands > 0) peer.expect(cmds('HELLO 3', 'GET a')).send(HELLO_REPLY + bulk('v'));
    peer.send('-ERR going down\r\n').close();
    const client = await connect({ connector: peer.connector });
    if (commands > 0) expect(await client.get('a')).toBe('v');
    await client.closed;
    await expect(client.get('b')).rejects.toMatchObject({
      code: 'connection_lost',
      blame: 'peer',
      safeToRetry: true,
      server: { code: 'ERR', message: 'ERR going down' },
    });
    await peer.done();
  });

  it('ends a subscription with its words', async () => {
    const { peer, client } = await open();
    peer
      .expect(cmd('SUBSCRIBE c'))
      .send(`${confirmed('subscribe', 'c', 1)}-ERR going down\r\n`)
      .close();
    const subscription = await subscribe(client, ['c']);
    await expect(subscription.next()).rejects.toMatchObject({
      code: 'connection_lost',
      server: { message: 'ERR going down' },
    });
  });
});

describe('an end', () => {
  it('of an idle connection is noticed, and the next command safe to retry', async () => {
    const { peer, client } = await open();
    peer.close();
    await client.closed;
    await expect(client.set('k', 1)).rejects.toMatchObject({ code: 'connection_lost', safeToRetry: true });
  });

  it('by the signal that it was connected with is noticed at once', async () => {
    const abort = new AbortController();
    const { client } = await open({ signal: abort.signal });
    abort.abort();
    await client.closed;
    await pause(0);
    await expect(client.set('k', 1)).rejects.toMatchObject({ code: 'aborted', safeToRetry: true });
  });

  it('during the login lets nothing behind', async () => {
    const peer = scriptedPeer().expect('*').stall();
    const client = await connect({ connector: peer.connector, timeoutMs: 30 });
    const calls = [client.get('a'), client.close()];
    expect(await Promise.allSettled(calls)).toMatchObject([{ reason: { code: 'timeout' } }, {}]);
    await client.closed;
  });
});
