// Packets out of chunks that are cut anywhere, and payloads of several packets.
import { describe, expect, it } from 'vitest';
import { PacketSplitter } from '../src/connection/exchange/packet-splitter.ts';
import { PacketReader } from '../src/wire/packet-reader.ts';
import { bytes, packets } from './support/backend.ts';

const LARGEST = 0xff_ffff;

/** What comes of these chunks: number, count of packets and payload. */
function split(maxBytes: number, chunks: readonly Uint8Array[]): [number, number, string][] {
  const splitter = new PacketSplitter(maxBytes);
  const reader = new PacketReader();
  const found: [number, number, string][] = [];
  for (const chunk of chunks) {
    splitter.keep();
    // As a transport does, the chunk is overwritten later.
    const lent = chunk.slice();
    splitter.push(lent);
    while (splitter.next(reader)) {
      found.push([
        splitter.sequence,
        splitter.packets,
        reader.bytes.toString('latin1', reader.at, reader.end),
      ]);
    }
    splitter.keep();
    lent.fill(0xff);
  }
  return found;
}

describe('packets', () => {
  const wire = packets(3, bytes('abc'), bytes(), bytes('d'.repeat(300)));
  const whole = [
    [3, 1, 'abc'],
    [4, 1, ''],
    [5, 1, 'd'.repeat(300)],
  ];

  it.each([1, 2, 3, 4, 5, 7, 64, wire.length])('are the same in chunks of %d bytes', (size) => {
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < wire.length; at += size) chunks.push(wire.subarray(at, at + size));
    expect(split(1000, chunks)).toEqual(whole);
  });

  it('say how much completes them', () => {
    const splitter = new PacketSplitter(1000);
    const reader = new PacketReader();
    splitter.push(packets(0, bytes('abcdef')).subarray(0, 6));
    expect([splitter.next(reader), splitter.wanted]).toEqual([false, 4]);
  });

  it('are refused before they have come where they are too long', () => {
    expect(() => split(5, [Uint8Array.of(6, 0, 0, 0)])).toThrow('more than 5 bytes (limits.maxPacketBytes)');
  });
});

describe('a payload of several packets', () => {
  const part = new Uint8Array(LARGEST).fill(0x61);
  const header = (sequence: number): Uint8Array => Uint8Array.of(0xff, 0xff, 0xff, sequence);

  it('is put together', () => {
    const wire = bytes(header(255), part, packets(0, bytes('bc')));
    const [[sequence, count, text] = [0, 0, '']] = split(2 * LARGEST, [
      wire.subarray(0, 70_000),
      wire.subarray(70_000),
    ]);
    expect([sequence, count, text.length, text.slice(-3)]).toEqual([255, 2, LARGEST + 2, 'abc']);
  });

  it('ends with an empty packet where its length is a multiple', () => {
    const [[, count, text] = [0, 0, '']] = split(2 * LARGEST, [bytes(header(0), part, packets(1, bytes()))]);
    expect([count, text.length]).toEqual([2, LARGEST]);
  });

  it('is refused at the packet that makes it too long', () => {
    expect(() => split(LARGEST + 1, [bytes(header(0), part, Uint8Array.of(2, 0, 0, 1))])).toThrow(
      'limits.maxPacketBytes',
    );
  });
});
