// What the server pushes: messages, confirmations, invalidations; overflow; and subscriptions over RESP2.
import { scriptedPeer } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { connect, psubscribe, type RedisOptions, ssubscribe, subscribe, tracking } from '../src/index.ts';
import { bulk, cmd, cmds, confirmed, HELLO_REPLY, push } from './wire.ts';

async function open(options: RedisOptions = {}) {
  const peer = scriptedPeer().expect(cmds('HELLO 3', 'PING')).send(`${HELLO_REPLY}+PONG\r\n`);
  const client = await connect({ hostname: 'cache.test', connector: peer.connector, ...options });
  await client.ready();
  return { peer, client };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('subscriptions', () => {
  it('delivers what is pushed between replies, and stops when the loop is left', async () => {
    const { peer, client } = await open();
    peer
      .expect(cmds('SUBSCRIBE a b', 'GET k'))
      .send(
        confirmed('subscribe', 'a', 1) +
          confirmed('subscribe', 'b', 2) +
          push('message', 'b', 'early') +
          bulk('v'),
      )
      .expect(cmd('GET l'))
      .send(`${push('message', 'a', 'žluť')}$-1\r\n`)
      .expect(cmd('UNSUBSCRIBE a b'))
      .send(confirmed('unsubscribe', 'a', 1) + confirmed('unsubscribe', 'b', 0));
    const subscribed = subscribe(client, ['a', 'b']);
    expect(await client.get('k')).toBe('v');
    const subscription = await subscribed;
    expect(await client.get('l')).toBeNull();
    const seen: unknown[] = [];
    for await (const message of subscription) {
      seen.push(message);
      if (seen.length === 2) break;
    }
    expect(seen).toEqual([
      { channel: 'b', message: 'early' },
      { channel: 'a', message: 'žluť' },
    ]);
    expect(await subscription.next()).toEqual({ done: true, value: undefined });
    await peer.done();
  });

  it('shares a channel, and leaves it with its last listener', async () => {
    const { peer, client } = await open();
    peer.expect(cmd('SUBSCRIBE a')).send(confirmed('subscribe', 'a', 1));
    const first = await subscribe(client, ['a']);
    const second = await subscribe(client, ['a'], { as: 'bytes' });
    peer.send(push('message', 'a', 'x'));
    expect((await first.next()).value).toEqual({ channel: 'a', message: 'x' });
    expect((await second.next()).value).toEqual({ channel: 'a', message: Uint8Array.of(120) });
    await first.close();
    peer.send(push('message', 'a', 'y'));
    expect((await second.next()).value?.message).toEqual(Uint8Array.of(121));
    peer.expect(cmd('UNSUBSCRIBE a')).send(confirmed('unsubscribe', 'a', 0));
    await second.close();
    await peer.done();
  });

  it('takes patterns and sharded channels', async () => {
    const { peer, client } = await open();
    peer
      .expect(cmds('PSUBSCRIBE n.*', 'SSUBSCRIBE s'))
      .send(confirmed('psubscribe', 'n.*', 1) + confirmed('ssubscribe', 's', 1))
      .send(push('pmessage', 'n.*', 'n.1', 'one') + push('smessage', 's', 'two'))
      .send(confirmed('sunsubscribe', 's', 0));
    const [patterns, sharded] = await Promise.all([psubscribe(client, ['n.*']), ssubscribe(client, ['s'])]);
    expect((await patterns.next()).value).toEqual({ channel: 'n.1', message: 'one', pattern: 'n.*' });
    expect((await sharded.next()).value).toEqual({ channel: 's', message: 'two' });
    await expect(sharded.next()).rejects.toMatchObject({
      code: 'server',
      message: expect.stringContaining('moved'),
    });
  });

  it('rejects what the server does not let it listen to, and goes on', async () => {
    const { peer, client } = await open();
    peer.expect(cmd('SUBSCRIBE secret')).send('-NOPERM no such channel for you\r\n');
    await expect(subscribe(client, ['secret'])).rejects.toMatchObject({ server: { code: 'NOPERM' } });
    await expect(subscribe(client, [])).rejects.toMatchObject({ code: 'usage' });
    peer.expect(cmd('GET k')).send('_\r\n');
    expect(await client.get('k')).toBeNull();
  });

  it.each([
    ['error', ['0', '1'], 0],
    ['drop-oldest', ['2', '3'], 2],
    ['drop-newest', ['0', '1'], 2],
  ] as const)('overflow %s', async (overflow, kept, dropped) => {
    const { peer, client } = await open();
    peer.expect(cmd('SUBSCRIBE a')).send(confirmed('subscribe', 'a', 1));
    const subscription = await subscribe(client, ['a'], { maxQueued: 2, overflow });
    peer.send(['0', '1', '2', '3'].map((text) => push('message', 'a', text)).join(''));
    await pause(5);
    if (overflow === 'error') peer.expect(cmd('UNSUBSCRIBE a')).send(confirmed('unsubscribe', 'a', 0));
    for (const text of kept) expect((await subscription.next()).value?.message).toBe(text);
    expect(subscription.dropped).toBe(dropped);
    if (overflow === 'error') await expect(subscription.next()).rejects.toMatchObject({ code: 'limit' });
  });

  it('ends on a payload that is not UTF-8 where text was asked for', async () => {
    const { peer, client } = await open();
    peer.expect(cmd('SUBSCRIBE a')).send(confirmed('subscribe', 'a', 1));
    const subscription = await subscribe(client, ['a']);
    peer.send(
      Uint8Array.from([...push('message', 'a', '?')].map((c) => (c === '?' ? 255 : c.charCodeAt(0)))),
    );
    await expect(subscription.next()).rejects.toMatchObject({ code: 'usage' });
  });

  it('ends with the connection: with its error, or plainly when this side closes', async () => {
    const lost = await open();
    lost.peer
      .expect(cmd('SUBSCRIBE a'))
      .send(confirmed('subscribe', 'a', 1))
      .reset();
    const subscription = await subscribe(lost.client, ['a']);
    await expect(subscription.next()).rejects.toMatchObject({ code: 'connection_lost' });
    const closed = await open();
    closed.peer.expect(cmd('SUBSCRIBE a')).send(confirmed('subscribe', 'a', 1));
    const other = await subscribe(closed.client, ['a']);
    const next = other.next();
    await closed.client.close();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('works over RESP2, where messages have no type of their own', async () => {
    const old = (text: string) => text.replaceAll(/^>/gm, '*');
    const peer = scriptedPeer()
      .expect(cmds('HELLO 3', 'SUBSCRIBE a'))
      .send(
        `-ERR unknown command 'HELLO'\r\n${old(confirmed('subscribe', 'a', 1) + push('message', 'a', 'x'))}`,
      )
      .expect(cmd('UNSUBSCRIBE a'))
      .send(old(push('message', 'a', 'late') + confirmed('unsubscribe', 'a', 0)))
      .expect(cmd('LRANGE message 0 1'))
      .send(`*2\r\n${bulk('message')}${bulk('y')}`);
    const client = await connect({ hostname: 'cache.test', connector: peer.connector });
    const subscription = await subscribe(client, ['a']);
    expect((await subscription.next()).value).toEqual({ channel: 'a', message: 'x' });
    await subscription.close();
    expect(await client.lrange('message', 0, 1)).toEqual(['message', 'y']);
    await peer.done();
  });
});

describe('tracking', () => {
  it('delivers invalidated keys, and a flush as all of them', async () => {
    const { peer, client } = await open();
    peer
      .expect(cmd('CLIENT TRACKING ON BCAST PREFIX user: NOLOOP'))
      .send('+OK\r\n')
      .send(
        `>2\r\n${bulk('invalidate')}*2\r\n${bulk('user:1')}${bulk('user:2')}>2\r\n${bulk('invalidate')}_\r\n`,
      )
      .expect(cmd('CLIENT TRACKING OFF'))
      .send('+OK\r\n');
    const changes = await tracking(client, { bcast: true, prefixes: ['user:'], noloop: true });
    await expect(tracking(client)).rejects.toMatchObject({ code: 'usage' });
    expect((await changes.next()).value).toEqual({ keys: ['user:1', 'user:2'] });
    expect((await changes.next()).value).toEqual({ keys: undefined });
    await changes.close();
    await peer.done();
  });

  it('needs RESP3', async () => {
    const peer = scriptedPeer()
      .expect(cmds('HELLO 2', 'CLIENT TRACKING ON'))
      .send(`*0\r\n+OK\r\n`)
      .expect(cmd('CLIENT TRACKING OFF'))
      .send('+OK\r\n');
    const client = await connect({ hostname: 'cache.test', connector: peer.connector, protocol: 2 });
    await expect(tracking(client)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('RESP3'),
    });
    await peer.done();
  });
});
