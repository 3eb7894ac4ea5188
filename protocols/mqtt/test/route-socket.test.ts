// `GET /mqtt/subscribe` as a WebSocket: confirmations, the window, publications, what is refused.
import { FairleadError } from '@fairlead/errors';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { refused } from '../src/errors.ts';
import { FakeBroker, type Sent } from './route/fake-client.ts';
import { READER, request, WRITER } from './route/gateway.ts';

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
});

const UPGRADE = { Upgrade: 'websocket' };

async function call(broker: FakeBroker, query: string, token?: string) {
  const init = token === undefined ? {} : { token };
  const response = await request(broker, `/subscribe?${query}`, { headers: UPGRADE, ...init });
  const socket = response.webSocket;
  if (!socket) throw new Error(`no WebSocket: ${response.status} ${await response.text()}`);
  const events: Record<string, unknown>[] = [];
  socket.addEventListener('message', ({ data }) => {
    events.push(JSON.parse(String(data)));
  });
  const closed = new Promise<number>((resolve) => {
    socket.addEventListener('close', ({ code }) => resolve(code));
  });
  socket.accept();
  const say = (command: unknown) => socket.send(JSON.stringify(command));
  return { socket, events, closed, say };
}

const messages = (...payloads: string[]): Sent[] => payloads.map((payload) => ({ topic: 'a', payload }));
const GRANTED = { event: 'subscribed', granted: [{ filter: 'a', qos: 1 }] };

describe('a socket', () => {
  it('carries messages with numbers, and acknowledges what is confirmed, in order', async () => {
    const broker = new FakeBroker({ messages: messages('one', 'two', 'three') });
    const { socket, events, say } = await call(broker, 'topic=a');
    await expect.poll(() => events).toHaveLength(4);
    expect(events).toEqual([
      GRANTED,
      { event: 'message', id: 1, topic: 'a', payload: 'one', qos: 1, retain: false, duplicate: false },
      expect.objectContaining({ id: 2, payload: 'two' }),
      expect.objectContaining({ id: 3, payload: 'three' }),
    ]);
    expect(broker.log).toEqual(['connect']);
    say({ ack: 2 });
    await expect.poll(() => broker.log).toEqual(['connect', 'ack one', 'ack two']);
    say({ ack: 1 });
    say({ ack: 3 });
    await expect.poll(() => broker.log).toEqual(['connect', 'ack one', 'ack two', 'ack three']);
    broker.send({ topic: 'a', payload: 'four' });
    await expect.poll(() => events.at(-1)).toMatchObject({ id: 4, payload: 'four' });
    socket.close(1000);
    // The fourth is unconfirmed, so the broker has to deliver it again; and nothing is unsubscribed.
    await expect.poll(() => broker.log.at(-1)).toBe('close');
    expect(broker.log.filter((entry) => entry === 'ack four' || entry === 'unsubscribe')).toEqual([]);
  });

  it('waits when the window is full, says so, and goes on', async () => {
    const broker = new FakeBroker({ messages: messages('one', 'two', 'three') });
    const { socket, events, say } = await call(broker, 'topic=a&window=2');
    await expect.poll(() => events.at(-1)).toEqual({ event: 'waiting', unconfirmed: 2 });
    expect(events.filter(({ event }) => event === 'message')).toHaveLength(2);
    say({ ack: 1 });
    await expect.poll(() => events.filter(({ event }) => event === 'message')).toHaveLength(3);
    socket.close(1000);
  });

  it('ends at its limit and at its time, also while it waits', async () => {
    const limited = await call(new FakeBroker({ messages: messages('one', 'two') }), 'topic=a&limit=1');
    expect(await limited.closed).toBe(1000);
    expect(limited.events.at(-1)).toEqual({ event: 'end', reason: 'limit', delivered: 1 });
    const waiting = await call(
      new FakeBroker({ messages: messages('one', 'two') }),
      'topic=a&window=1&seconds=1',
    );
    expect(await waiting.closed).toBe(1000);
    expect(waiting.events.at(-1)).toEqual({ event: 'end', reason: 'time', delivered: 1 });
  });

  it('publishes for a token that may', async () => {
    const broker = new FakeBroker();
    const { socket, events, say } = await call(broker, 'topic=a');
    say({ publish: { topic: 'b', payload: 'x' }, ref: 7 });
    await expect.poll(() => events.at(-1)).toEqual({ event: 'published', ref: 7, reasonCode: 0 });
    expect(broker.published[0]).toMatchObject({ topic: 'b', payload: 'x', options: { qos: 1 } });
    say({ publish: { topic: 'c', payloadBase64: 'AP8=', qos: 0 } });
    await expect.poll(() => events.at(-1)).toEqual({ event: 'published', reasonCode: 0 });
    socket.close(1000);
  });

  it('that breaks says why, and closes with 4502', async () => {
    const failure = new FairleadError('connection_lost', 'broker.internal.example:8883 has gone');
    const broker = new FakeBroker({ messages: messages('one'), failure });
    const { events, closed } = await call(broker, 'topic=a');
    expect(await closed).toBe(4502);
    expect(events.at(-1)).toMatchObject({
      event: 'error',
      problem: { code: 'connection_lost', detail: 'connection "main" has gone' },
    });
    await expect.poll(() => broker.log).toEqual(['connect', 'close']);
  });
});

describe('a command that is wrong', () => {
  it.each<[string, unknown, number, string, RegExp]>([
    ['nothing of the kind', { hello: 1 }, 400, 'invalid', /^command: /],
    ['both commands at once', { ack: 1, publish: { topic: 'a' } }, 400, 'invalid', /^command: /],
    ['no object', 'ack', 400, 'invalid', /^command: /],
    ['a confirmation of nothing', { ack: 9 }, 400, 'usage', /no event of that number/],
    ['a confirmation by text', { ack: '1' }, 400, 'invalid', /^command: /],
    ['a wildcard in a topic', { publish: { topic: '#' } }, 400, 'usage', /^command\.publish\.topic: /],
    ['base64 that is none', { publish: { topic: 'a', payloadBase64: '*' } }, 400, 'usage', /not base64/],
  ])('is told so, and the socket stays open: %s', async (_, command, status, code, words) => {
    const broker = new FakeBroker();
    const { socket, events, say } = await call(broker, 'topic=a');
    say(command);
    await expect.poll(() => events).toHaveLength(2);
    expect(events[1]).toMatchObject({
      event: 'error',
      problem: { status, code, detail: expect.stringMatching(words) },
    });
    expect(broker.published).toEqual([]);
    say({ publish: { topic: 'b' } });
    await expect.poll(() => events.at(-1)).toMatchObject({ event: 'published' });
    socket.close(1000);
  });

  it('publishes nothing for a token that may only read', async () => {
    const broker = new FakeBroker();
    const { socket, events, say } = await call(broker, 'topic=a', READER);
    say({ publish: { topic: 'b' }, ref: 'r' });
    await expect
      .poll(() => events.at(-1))
      .toMatchObject({
        event: 'error',
        ref: 'r',
        problem: { code: 'forbidden', needs: 'mqtt:write:main' },
      });
    expect(broker.published).toEqual([]);
    socket.close(1000);
  });

  it('publishes nothing to the operator’s topics, and tells what the broker refuses', async () => {
    const broker = new FakeBroker({
      publish: () => {
        throw refused('refused it', 0x97);
      },
    });
    const { socket, events, say } = await call(broker, 'topic=public/a&connection=fenced');
    say({ publish: { topic: 'private' }, ref: 1 });
    await expect
      .poll(() => events.at(-1))
      .toMatchObject({ ref: 1, problem: { code: 'policy', status: 403 } });
    say({ publish: { topic: 'public/b' }, ref: 2 });
    await expect
      .poll(() => events.at(-1))
      .toMatchObject({ ref: 2, problem: { code: 'server', status: 429 } });
    expect(broker.published.map(({ topic }) => topic)).toEqual(['public/b']);
    socket.close(1000);
  });
});

describe('a handshake that is refused', () => {
  it.each([
    ['a token that may only write', 'topic=a', WRITER, 403, 'forbidden'],
    ['a wrong filter', 'topic=a%23', READER, 400, 'usage'],
  ])('for %s', async (_, query, token, status, code) => {
    const broker = new FakeBroker();
    const response = await request(broker, `/subscribe?${query}`, { headers: UPGRADE, token });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code });
    expect(broker.connections).toEqual([]);
  });

  it('when the broker refuses the filter', async () => {
    const broker = new FakeBroker({
      subscribe: () => {
        throw refused('refused a', 0x87);
      },
    });
    const response = await request(broker, '/subscribe?topic=a', { headers: UPGRADE });
    expect(response.status).toBe(403);
    expect(broker.log).toEqual(['connect', 'close']);
  });
});
