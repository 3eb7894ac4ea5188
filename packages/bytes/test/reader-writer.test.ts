// Reader and writer are each other's inverse; both stop at their ends.
import { describe, expect, it } from 'vitest';
import { Reader, Writer } from '../src/index.ts';

describe('Writer and Reader', () => {
  it('write and read the same numbers', () => {
    const writer = new Writer(1000, 1);
    writer.u8(0xfe);
    writer.u16(0x1234);
    writer.u32(0xdeadbeef);
    writer.u32(-2);
    const reader = new Reader(writer.take());
    expect([reader.u8(), reader.u16(), reader.u32(), reader.i32(), reader.left]).toEqual([
      0xfe, 0x1234, 0xdeadbeef, -2, 0,
    ]);
  });

  it('reads little-endian and 64 bits', () => {
    const frame = Uint8Array.from([1, 0, 2, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 254]);
    const reader = new Reader(frame.subarray(0));
    expect([reader.u16(true), reader.u32(true), reader.i64()]).toEqual([1, 2, -2n]);
  });

  it.each([0, 9, 10, 99, 100, 12345, 2 ** 53 - 1])('writes %d in decimal', (value) => {
    const writer = new Writer(100, 1);
    writer.decimal(value);
    expect(new Reader(writer.take()).utf8()).toBe(String(value));
  });

  it.each(['', 'plain', 'žluťoučký kůň', '日本語', '👩‍🚀 in space', `${'a'.repeat(5000)}é`])(
    'writes %j as UTF-8',
    (text) => {
      const writer = new Writer(20_000, 2);
      const written = writer.utf8(text);
      const bytes = writer.take();
      expect(bytes).toEqual(new TextEncoder().encode(text));
      expect(written).toBe(bytes.length);
      expect(new Reader(bytes).utf8()).toBe(text);
    },
  );

  it('patches a length and cuts a range out, also behind an earlier take', () => {
    const writer = new Writer(100, 8);
    writer.raw(Uint8Array.from([7, 7, 7]));
    const earlier = writer.take();
    const at = writer.reserve(4);
    writer.raw(Uint8Array.from([1, 2, 3, 4]));
    writer.setU32(at, writer.length - at);
    writer.cut(5, 7);
    expect([...writer.take()]).toEqual([0, 0, 0, 8, 1, 4]);
    expect([...earlier]).toEqual([7, 7, 7]);
  });

  it('lets small messages share storage and never overwrites what it handed out', () => {
    const writer = new Writer(1000, 64);
    const taken = Array.from({ length: 100 }, (_, n) => {
      writer.u32(n);
      return writer.take();
    });
    taken.forEach((view, n) => {
      expect(new Reader(view).u32()).toBe(n);
    });
    expect(new Set(taken.map((view) => view.buffer)).size).toBe(Math.ceil(400 / 64));
  });

  it('sets no storage aside before there is something to write, and then as much as is worth it', () => {
    const writer = new Writer(1_000_000, 262_144);
    expect(writer.bytes).toHaveLength(0);
    const sizes = new Set<number>();
    for (let i = 0; i < 300; i++) {
      writer.raw(new Uint8Array(1_024));
      sizes.add(writer.bytes.length);
      writer.take();
    }
    expect([...sizes]).toEqual([2_048, 16_384, 131_072, 262_144]);
  });

  it('lets go of large storage once it was taken', () => {
    const writer = new Writer(1 << 24);
    for (let n = 0; n < 40; n++) writer.raw(new Uint8Array(100_000).fill(n));
    const taken = writer.take();
    expect(writer.bytes.length).toBe(0);
    writer.u8(255);
    expect([taken.length, taken.at(-1), ...writer.take()]).toEqual([4_000_000, 39, 255]);
  });

  it('reads a cstring', () => {
    const reader = new Reader(Uint8Array.from([104, 105, 0, 7]));
    expect([reader.cstring(), reader.u8()]).toEqual(['hi', 7]);
  });

  it.each([
    ['short number', [1], (r: Reader) => r.u16()],
    ['short bytes', [1], (r: Reader) => r.bytes(2)],
    ['negative count', [1], (r: Reader) => r.bytes(-1)],
    ['endless cstring', [1], (r: Reader) => r.cstring()],
    ['broken UTF-8', [0xc3], (r: Reader) => r.utf8()],
  ])('refuses a %s', (_, frame, act) => {
    expect(() => act(new Reader(Uint8Array.from(frame)))).toThrow(
      expect.objectContaining({ code: 'protocol' }),
    );
  });

  it('refuses to grow past its cap', () => {
    const writer = new Writer(10, 4);
    writer.raw(new Uint8Array(10));
    expect(() => writer.u8(1)).toThrow(expect.objectContaining({ code: 'limit' }));
    expect(writer.length).toBe(10);
  });
});
