// WebSocketChannel over a WebSocket of the test's own: any messages against any reads, a runtime that tells what it has
// not sent, runtimes that throw.
import { describe, expect, it } from 'vitest';
import { createTransport, isFairleadError } from '../src/common.ts';
import { type CloseFrame, type PlatformWebSocket, WebSocketChannel } from '../src/websocket/channel.ts';

const PEER = { hostname: 'broker.test', port: 443, tls: true };

class FakeWebSocket implements PlatformWebSocket {
  binaryType = 'blob';
  bufferedAmount = 0;
  readonly sent: number[] = [];
  readonly closes: (number | undefined)[] = [];
  refuses: string | undefined;
  readonly #listeners = new Map<string, (event: never) => void>();

  send(bytes: Uint8Array): void {
    if (this.refuses !== undefined) throw new TypeError(this.refuses);
    this.sent.push(bytes.length);
    this.bufferedAmount += bytes.length;
  }

  close(code?: number): void {
    this.closes.push(code);
    // As in browsers: programs may give no other code than 1000.
    if (code !== undefined && code !== 1000) throw new DOMException('code', 'InvalidAccessError');
  }

  addEventListener(type: string, listener: (event: never) => void): void {
    this.#listeners.set(type, listener);
  }

  emit(type: 'message', event: { data: unknown }): void;
  emit(type: 'close', event: CloseFrame): void;
  emit(type: 'error', event: { error?: unknown }): void;
  emit(type: string, event: object): void {
    this.#listeners.get(type)?.(event as never);
  }
}

function open(maxBufferedBytes = 1_000_000) {
  const socket = new FakeWebSocket();
  const channel = new WebSocketChannel(socket, { peer: PEER, maxBufferedBytes });
  return { socket, transport: createTransport(channel, PEER, { tls: 'implicit' }) };
}

/** Numbers below `bound` that look random and are the same each time. */
function dice(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

describe('WebSocketChannel', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'gives all bytes in order, however they are cut and asked for (%i)',
    async (seed) => {
      const roll = dice(seed);
      const { socket, transport } = open();
      const all = Uint8Array.from({ length: 150_000 }, () => roll(256));
      let told = 0;
      const tell = () => {
        const size = roll(4) === 0 ? roll(70_000) : roll(300);
        socket.emit('message', { data: all.slice(told, told + size).buffer });
        told = Math.min(all.length, told + size);
        if (told === all.length) socket.emit('close', { code: 1000, reason: '' });
      };
      const read: number[] = [];
      while (read.length < all.length) {
        const atLeast = 1 + roll(roll(3) === 0 ? 60_000 : 20);
        const pending = transport.read(atLeast);
        for (let i = 0; i < 500 && told < all.length; i++) tell();
        const bytes = (await pending) ?? new Uint8Array();
        if (read.length + atLeast <= all.length) expect(bytes.length).toBeGreaterThanOrEqual(atLeast);
        for (const byte of bytes) read.push(byte);
      }
      expect(read).toEqual([...all]);
      expect(await transport.read()).toBeUndefined();
    },
  );

  it('lets writes wait while the runtime has not sent what it took', async () => {
    const { socket, transport } = open();
    await transport.write(new Uint8Array(200_000));
    let accepted = false;
    const writing = transport.write(new Uint8Array(200_000)).then(() => {
      accepted = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(accepted).toBe(false);
    const before = socket.sent.length;
    socket.bufferedAmount = 0;
    await writing;
    expect(socket.sent.length).toBeGreaterThanOrEqual(before);
    expect(socket.sent.reduce((sum, size) => sum + size, 0)).toBe(400_000);
    expect(Math.max(...socket.sent)).toBeLessThanOrEqual(65_536);
  });

  it.each(['Can’t call WebSocket send() after close().', ''])(
    'makes a send that throws %j connection_lost',
    async (words) => {
      const { socket, transport } = open();
      socket.refuses = words;
      const error: unknown = await transport.write(Uint8Array.of(1)).catch((reason: unknown) => reason);
      expect(isFairleadError(error) && error.code).toBe('connection_lost');
      expect(await transport.read().catch((reason: unknown) => reason)).toBe(error);
    },
  );

  it('says with a code why it ends, where the runtime lets it', async () => {
    const { socket, transport } = open(10);
    socket.emit('message', { data: 'text' });
    await expect(transport.read()).rejects.toMatchObject({ code: 'protocol', peer: PEER });
    expect(socket.closes.slice(0, 2)).toEqual([1003, undefined]);
    const full = open(10);
    full.socket.emit('message', { data: new ArrayBuffer(11) });
    await expect(full.transport.read()).rejects.toMatchObject({ code: 'limit' });
    expect(full.socket.closes[0]).toBe(1009);
  });

  it.each([
    [{ code: 1005, reason: '' }, undefined],
    [{ code: 1006, reason: '' }, /without a Close frame \(1006\)/],
    [{ code: 1012, reason: 'restart\r\n"now"' }, /code 1012 and the reason "restart\\r\\n\\"now\\""/],
    [{ code: 4999, reason: '' }, /with code 4999$/],
  ])('ends by %o as it should', async (frame, words) => {
    const { socket, transport } = open();
    socket.emit('message', { data: new ArrayBuffer(3) });
    socket.emit('close', frame);
    expect((await transport.read())?.length).toBe(3);
    if (words === undefined) expect(await transport.read()).toBeUndefined();
    else
      await expect(transport.read()).rejects.toMatchObject({
        code: 'connection_lost',
        message: expect.stringMatching(words),
      });
  });

  it('keeps the cause of an error, and ignores what comes behind the end', async () => {
    const { socket, transport } = open();
    const cause = new Error('reset');
    socket.emit('error', { error: cause });
    socket.emit('message', { data: new ArrayBuffer(1) });
    socket.emit('close', { code: 1000, reason: '' });
    await expect(transport.read()).rejects.toMatchObject({ code: 'connection_lost', cause });
  });
});
