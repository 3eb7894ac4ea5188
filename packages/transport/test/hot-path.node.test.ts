// What a round trip and a short connection cost in work that can be counted: promises, reactions, platform calls, timers.
import { countedPeer, countWork } from '@fairlead/testkit/hot-path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bindingSocket } from '../src/node.ts';
import { bindingOf, FakeSocket } from './fake-socket.ts';

const ADDRESS = { hostname: 'db.example.com', port: 5432 };
const PING = new Uint8Array(16);

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a round trip', () => {
  it('makes few promises, reads once and writes once', async () => {
    const peer = countedPeer(() => PING);
    await using transport = await peer.connector(ADDRESS);
    const trip = () => {
      void transport.write(PING);
      return transport.read();
    };
    const work = await countWork(trip, { peer });
    expect(work).toMatchObject({ promises: 6, reactions: 3, reads: 1, writes: 1 });
  });
});

describe('a connection for one answer', () => {
  it('sets one timer for connecting and one for closing, and aborts nothing that is closed', async () => {
    const timers = vi.spyOn(globalThis, 'setTimeout');
    const socket = new FakeSocket({ reads: [{ done: false, value: PING }] });
    const transport = await bindingSocket(bindingOf(socket))(ADDRESS);
    void transport.write(PING);
    await transport.read();
    await transport.close();
    expect(timers).toHaveBeenCalledTimes(2);
    expect(socket.calls).toEqual(['close']);
  });

  it('sets no buffer aside before it reads, a small one then, and a large one where much comes', async () => {
    const views: number[] = [];
    const lengths = [7, 4_096, 5, 65_536, 1];
    const socket = new FakeSocket();
    const reader = socket.readable.getReader();
    reader.read = async (view) => {
      views.push(view.length);
      return { done: false, value: view.subarray(0, lengths.shift()) };
    };
    socket.readable.getReader = () => reader;
    const transport = await bindingSocket(bindingOf(socket))(ADDRESS);
    expect(views).toEqual([]);
    for (let i = 0; i < 5; i++) await transport.read();
    expect(views).toEqual([4_096, 4_096, 65_536, 65_536, 65_536]);
  });
});
