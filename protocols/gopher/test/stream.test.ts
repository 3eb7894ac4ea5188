// The body as a stream: bytes unchanged, at the reader's pace, and how it ends: whole, cut, late, aborted, cancelled.
import { memoryConnector, scriptedPeer, seededRandom, toBytes, toText } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { fetch } from '../src/index.ts';
import { rejection } from './failure.ts';

const noise = seededRandom(70);
const BLOCK = Uint8Array.from({ length: 65_536 }, () => Math.floor(noise() * 256));

async function sha256(chunks: Uint8Array[]): Promise<string> {
  const whole = new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer());
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', whole));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A server that sends `blocks` blocks as fast as they are taken; `sent` counts them. */
function sender(blocks: number) {
  const state = { sent: 0, ended: false };
  const connector = memoryConnector(async (server) => {
    await server.read();
    try {
      for (; state.sent < blocks; state.sent++) await server.write(BLOCK);
      await server.close();
    } finally {
      state.ended = true;
    }
  });
  return { connector, state };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('the stream', () => {
  it.each<[string, ReadableStreamGetReaderOptions | undefined]>([
    ['its own buffers', undefined],
    ['the reader’s', { mode: 'byob' }],
  ])('brings 8 MiB byte for byte, in %s', async (_name, mode) => {
    const { connector } = sender(128);
    const { body, contentType } = await fetch('gopher://h.test/9/x.bin', { connector });
    expect(contentType).toBe('application/octet-stream');
    const chunks: Uint8Array[] = [];
    if (mode === undefined) {
      for await (const chunk of body) chunks.push(chunk);
    } else {
      const reader = body.getReader({ mode: 'byob' });
      for (;;) {
        const { done, value } = await reader.read(new Uint8Array(10_000));
        if (value && value.length > 0) chunks.push(value);
        if (done) break;
      }
    }
    expect(await sha256(chunks)).toBe(await sha256(Array<Uint8Array>(128).fill(BLOCK)));
  });

  it('has no cap, where bytes() has', async () => {
    const { body } = await fetch('gopher://h.test/9/x', { connector: sender(32).connector, maxBytes: 1000 });
    let length = 0;
    for await (const chunk of body) length += chunk.length;
    expect(length).toBe(32 * 65_536);
  });

  it('pulls no more than it is read', async () => {
    const { connector, state } = sender(1000);
    const response = await fetch('gopher://h.test/9/x', { connector });
    const reader = response.body.getReader();
    for (let i = 0; i < 4; i++) await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(state.sent).toBeLessThan(100);
    await reader.cancel();
    await response.closed;
    await until(() => state.ended);
    expect(state.sent).toBeLessThan(100);
  });

  it('ends the connection when it is cancelled, and when the response is disposed of', async () => {
    for (const how of ['cancel', 'dispose'] as const) {
      const { connector, state } = sender(1000);
      const response = await fetch('gopher://h.test/9/x', { connector });
      if (how === 'cancel') await response.body.cancel();
      else await response[Symbol.asyncDispose]();
      await response.closed;
      await until(() => state.ended);
    }
  });

  it.each(['bytes', 'text', 'menu'] as const)('is read once: %s', async (method) => {
    const peer = scriptedPeer().expect('x\r\n').send('hello').close();
    const response = await fetch('gopher://h.test/0x', { connector: peer.connector });
    await response.text();
    expect((await rejection(response[method]())).code).toBe('usage');
  });
});

describe('how it fails', () => {
  it.each<[string, string, string]>([
    ['bytes', '9', 'x'.repeat(101)],
    ['text', '0', 'x'.repeat(101)],
    ['menu', '1', 'iA\t\t\t\r\n'.repeat(20)],
  ])('%s() over maxBytes', async (method, type, sent) => {
    const peer = scriptedPeer().expect('x\r\n').send(sent, 10).expectEnd();
    const response = await fetch(`gopher://h.test/${type}x`, { connector: peer.connector, maxBytes: 100 });
    const error = await rejection(response[method as 'bytes']());
    expect(error).toMatchObject({ code: 'limit', blame: 'peer', message: expect.stringMatching(/maxBytes/) });
    await response.closed;
  });

  it('refuses a declared length over maxBytes before a byte of it', async () => {
    const peer = scriptedPeer().expect('x\t+\r\n').send('+999999999999\r\n').expectEnd();
    const options = { connector: peer.connector, gopherPlus: true, maxBytes: 100 };
    const response = await fetch('gopher://h.test/9x', options);
    expect((await rejection(response.bytes())).code).toBe('limit');
    await response.closed;
  });

  it('menu() over maxItems', async () => {
    const peer = scriptedPeer().expect('\r\n').send('iA\r\n'.repeat(11)).expectEnd();
    const response = await fetch('gopher://h.test', { connector: peer.connector, maxItems: 10 });
    expect(await rejection(response.menu())).toMatchObject({ code: 'limit' });
    await response.closed;
  });

  it.each(['+100\r\nhalf', '+-1\r\nhalf\r\n'])('tells that %j is cut short', async (sent) => {
    const peer = scriptedPeer().expect('x\t+\r\n').send(sent).close();
    const response = await fetch('gopher://h.test/9x', { connector: peer.connector, gopherPlus: true });
    expect(await rejection(response.bytes())).toMatchObject({ code: 'connection_lost' });
  });

  it('tells of a reset', async () => {
    const peer = scriptedPeer().expect('x\r\n').send('some').delay(20).reset();
    const response = await fetch('gopher://h.test/9x', { connector: peer.connector });
    expect(await rejection(response.bytes())).toMatchObject({ code: 'connection_lost', blame: 'network' });
  });

  it.each<[string, string]>([
    ['before the answer', ''],
    ['within it', 'some'],
    ['within what may be an error item', '3some'],
  ])('times out where the server falls silent %s', async (_when, sent) => {
    const peer = scriptedPeer().expect('x\r\n');
    if (sent) peer.send(sent);
    peer.stall();
    const options = { connector: peer.connector, timeoutMs: 50 };
    const error = await rejection(fetch('gopher://h.test/9x', options).then((response) => response.bytes()));
    expect(error).toMatchObject({ code: 'timeout', peer: { hostname: 'h.test' } });
  });

  it('does not time out while nobody reads', async () => {
    const peer = scriptedPeer().expect('x\r\n').send('a').delay(10).send('b').close();
    const response = await fetch('gopher://h.test/9x', { connector: peer.connector, timeoutMs: 500 });
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(toText(await response.bytes())).toBe('ab');
  });

  it.each(['before', 'while connecting', 'while waiting', 'within the body'])(
    'is aborted %s',
    async (when) => {
      const controller = new AbortController();
      const { signal } = controller;
      const peer = scriptedPeer(when === 'while connecting' ? { dial: 'silent' } : {}).expect('x\r\n');
      if (when === 'within the body') peer.send('some');
      peer.stall();
      if (when === 'before') controller.abort();
      const pending = fetch('gopher://h.test/9x', { connector: peer.connector, signal });
      if (when === 'within the body') {
        const response = await pending;
        setTimeout(() => controller.abort(), 20);
        expect((await rejection(response.bytes())).code).toBe('aborted');
        await response.closed;
        return;
      }
      setTimeout(() => controller.abort(), 20);
      expect((await rejection(pending)).code).toBe('aborted');
    },
  );

  it.each([
    [{ dial: 'refuse' } as const, 'connect_failed'],
    [{ dial: 'silent' } as const, 'connect_timeout'],
  ])('cannot connect: %j', async (behaviour, code) => {
    const { connector } = scriptedPeer(behaviour);
    const error = await rejection(fetch('gopher://h.test/1', { connector, connectTimeoutMs: 50 }));
    expect(error).toMatchObject({ code, safeToRetry: true });
  });

  it('does not mind what comes, cut any way', async () => {
    const random = seededRandom(4266);
    const alphabet = toBytes('+-123 \r\n.\t0i');
    for (let round = 0; round < 60; round++) {
      const sent = Uint8Array.from(
        { length: Math.floor(random() * 60) },
        () => alphabet[Math.floor(random() * alphabet.length)] ?? 0,
      );
      const peer = scriptedPeer()
        .expect('x')
        .send(sent, 1 + Math.floor(random() * 9))
        .close();
      const options = { connector: peer.connector, gopherPlus: round % 2 === 0, maxBytes: 1000 };
      try {
        const response = await fetch(`gopher://h.test/${round % 3 === 0 ? '1' : '0'}x`, options);
        await (round % 3 === 0 ? response.menu() : response.text());
      } catch (error) {
        expect(error).toMatchObject({ name: 'FairleadError' });
      }
    }
  });
});
