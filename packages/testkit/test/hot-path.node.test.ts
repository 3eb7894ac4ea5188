// The counter of work: exact for promises, reactions, reads and writes; near for bytes.
import { describe, expect, test } from 'vitest';
import { countedPeer, countWork } from '../src/hot-path/index.ts';
import { toBytes, toText } from '../src/index.ts';

const settled = Promise.resolve();

describe('countWork', () => {
  test('counts nothing for an operation that does nothing', async () => {
    const { bytes, ...work } = await countWork(() => settled);
    expect(work).toEqual({ promises: 0, reactions: 0, reads: 0, writes: 0 });
    expect(Math.abs(bytes)).toBeLessThan(64);
  });

  test('counts each promise and each reaction, also one more', async () => {
    const one = async () => {
      await settled;
    };
    const more = async () => {
      await one();
    };
    // The function's own promise and its await; the other function's two besides.
    expect(await countWork(one)).toMatchObject({ promises: 2, reactions: 1 });
    expect(await countWork(more)).toMatchObject({ promises: 4, reactions: 2 });
  });

  test('counts what is made at once', async () => {
    const made = () => Promise.all([settled, settled].map((each) => each.then()));
    expect(await countWork(made)).toMatchObject({ promises: 5 });
  });

  test('counts bytes of the heap, to a few in a hundred', async () => {
    const kept: number[][] = [];
    const { bytes } = await countWork(() => {
      kept[0] = new Array(1000).fill(1);
      return settled;
    });
    expect(bytes).toBeGreaterThan(7_900);
    expect(bytes).toBeLessThan(9_000);
  });

  test('stops watching where the operation fails', async () => {
    let left = 1200;
    const failing = async () => {
      if (left-- === 0) throw new Error('enough');
    };
    await expect(countWork(failing)).rejects.toThrow('enough');
    expect(await countWork(() => settled)).toMatchObject({ promises: 0 });
  });
});

describe('countedPeer', () => {
  const address = { hostname: 'counted.test', port: 7 };

  test('answers each write, and counts reads and writes', async () => {
    const peer = countedPeer((bytes) => bytes.slice().reverse());
    await using transport = await peer.connector(address);
    const work = await countWork(
      async () => {
        void transport.write(toBytes('abc'));
        expect(toText((await transport.read(3)) ?? new Uint8Array())).toBe('cba');
      },
      { peer },
    );
    expect(work).toMatchObject({ reads: 1, writes: 1 });
  });

  test('sends its greeting first, and ends when it says so', async () => {
    const peer = countedPeer(() => 'end', toBytes('hello'));
    await using transport = await peer.connector(address);
    expect(toText((await transport.read(5)) ?? new Uint8Array())).toBe('hello');
    void transport.write(toBytes('bye'));
    expect(await transport.read(1)).toBeUndefined();
  });

  test('lets the client end', async () => {
    const transport = await countedPeer(() => undefined).connector(address);
    const end = transport.read(1);
    transport.destroy(new Error('enough'));
    await expect(end).rejects.toThrow('enough');
  });
});
