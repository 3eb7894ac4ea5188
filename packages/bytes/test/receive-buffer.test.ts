// The receive buffer: adopts, keeps, appends, reserves, and stops at its cap.
import { isFairleadError } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import { ReceiveBuffer } from '../src/index.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

describe('ReceiveBuffer', () => {
  it('adopts a chunk without copying while nothing is unread', () => {
    const buffer = new ReceiveBuffer(100);
    const chunk = bytes(1, 2, 3);
    buffer.push(chunk);
    expect(buffer.bytes).toBe(chunk);
    buffer.consume(3);
    const second = bytes(4);
    buffer.push(second);
    expect(buffer.bytes).toBe(second);
  });

  it('keeps an unread tail when the borrowed chunk is overwritten', () => {
    const buffer = new ReceiveBuffer(100);
    const chunk = bytes(1, 2, 3);
    buffer.push(chunk);
    buffer.consume(1);
    buffer.keep();
    chunk.fill(9);
    buffer.push(bytes(4, 5));
    expect([...buffer.view()]).toEqual([2, 3, 4, 5]);
  });

  it('returns every byte of random chunks with random consumption', () => {
    const buffer = new ReceiveBuffer(1 << 16);
    let seed = 7;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed % below;
    };
    let sent = 0;
    let got = 0;
    for (let round = 0; round < 2000; round++) {
      const chunk = new Uint8Array(random(50)).map(() => sent++ & 255);
      buffer.push(chunk);
      const take = random(buffer.length + 1);
      for (const byte of buffer.view(take)) expect(byte).toBe(got++ & 255);
      buffer.consume(take);
      buffer.keep();
      chunk.fill(0);
    }
    expect(sent - got).toBe(buffer.length);
  });

  it('does not copy again for each chunk once room is reserved', () => {
    const buffer = new ReceiveBuffer(1 << 20);
    buffer.push(bytes(1));
    buffer.reserve(100_000);
    const storage = buffer.bytes;
    for (let sent = 1; sent < 100_000; sent += 9) buffer.push(new Uint8Array(Math.min(9, 100_000 - sent)));
    expect(buffer.bytes).toBe(storage);
    expect(buffer.length).toBe(100_000);
  });

  it('does not copy a long frame for what comes with its last bytes', () => {
    const buffer = new ReceiveBuffer(1 << 20);
    buffer.push(bytes(1));
    buffer.reserve(400_000);
    const storage = buffer.bytes;
    buffer.push(new Uint8Array(399_998));
    buffer.push(new Uint8Array(65_536));
    expect(buffer.bytes).toBe(storage);
    expect(buffer.length).toBe(400_000 - 1 + 65_536);
  });

  it('uses large storage again for the next large frame, and lets go of it behind two small ones', () => {
    const buffer = new ReceiveBuffer(1 << 20);
    const large = () => {
      buffer.push(bytes(1));
      buffer.reserve(400_000);
      buffer.push(new Uint8Array(399_999));
      buffer.consume(400_000);
      return buffer.bytes.buffer;
    };
    const storage = large();
    expect(large()).toBe(storage);
    for (const small of [bytes(1), bytes(2)]) {
      buffer.push(small);
      buffer.consume(1);
    }
    expect(large()).not.toBe(storage);
  });

  it.each([
    ['push of one chunk', (b: ReceiveBuffer) => b.push(new Uint8Array(11))],
    ['push behind a tail', (b: ReceiveBuffer) => [b.push(new Uint8Array(6)), b.push(new Uint8Array(6))]],
    ['reserve', (b: ReceiveBuffer) => b.reserve(11)],
  ])('refuses more than its cap: %s', (_, act) => {
    try {
      act(new ReceiveBuffer(10));
      expect.unreachable();
    } catch (error) {
      expect(isFairleadError(error) && error.code).toBe('limit');
    }
  });

  it('does not touch a chunk that was read whole and taken back', () => {
    const buffer = new ReceiveBuffer(8);
    const chunk = Uint8Array.of(1, 2, 3);
    buffer.push(chunk);
    buffer.consume(3);
    structuredClone(chunk, { transfer: [chunk.buffer] });
    expect(buffer.view()).toHaveLength(0);
    buffer.keep();
    buffer.push(Uint8Array.of(4));
    expect([...buffer.view()]).toEqual([4]);
  });

  describe('lending', () => {
    const LARGE = 100_000;
    /** As a platform does: it takes the memory away, and gives it back with the bytes in their place. */
    const readInto = (into: Uint8Array, count: number, value: number): Uint8Array => {
      const { byteOffset } = into;
      const taken = structuredClone(into.buffer, { transfer: [into.buffer] });
      return new Uint8Array(taken, byteOffset, count).fill(value);
    };

    it('takes storage back that was read into, without a copy', () => {
      const buffer = new ReceiveBuffer(1 << 20);
      buffer.push(bytes(1, 2, 3));
      buffer.reserve(3 + LARGE);
      const lent = buffer.lend(LARGE);
      if (lent === undefined) throw new Error('nothing was lent');
      const first = readInto(lent, LARGE - 70_000, 7);
      expect(lent.length).toBe(0);
      buffer.push(first);
      expect(buffer.bytes.buffer).toBe(first.buffer);
      const rest = buffer.lend(70_000);
      buffer.push(readInto(rest ?? bytes(), 70_000, 8));
      expect(buffer.length).toBe(3 + LARGE);
      expect([...buffer.view(4)]).toEqual([1, 2, 3, 7]);
      expect(buffer.bytes[3 + LARGE - 70_001]).toBe(7);
      expect(buffer.bytes[3 + LARGE - 70_000]).toBe(8);
      expect(buffer.bytes[2 + LARGE]).toBe(8);
    });

    it('copies what came elsewhere', () => {
      const buffer = new ReceiveBuffer(1 << 20);
      buffer.push(bytes(1));
      buffer.reserve(1 + LARGE);
      expect(buffer.lend(LARGE)?.length).toBe(LARGE);
      buffer.push(bytes(2, 3));
      expect([...buffer.view()]).toEqual([1, 2, 3]);
    });

    it('lends nothing that is borrowed, not reserved, or short', () => {
      const buffer = new ReceiveBuffer(1 << 20);
      buffer.push(new Uint8Array(LARGE));
      expect(buffer.lend(LARGE)).toBeUndefined();
      buffer.keep();
      expect(buffer.lend(200 * LARGE)).toBeUndefined();
      buffer.reserve(3 * LARGE);
      expect(buffer.lend(10)).toBeUndefined();
      expect(buffer.lend(LARGE)?.length).toBe(LARGE);
    });
  });
});
