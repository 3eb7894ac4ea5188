// The codec of `fairlead.tunnel.v1`: every frame there and back, and everything that is none.
import { seededRandom } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { formatCloseReason, parseCloseReason } from '../../src/tunnel/closing.ts';
import {
  dataCost,
  decodeFrame,
  encodeCredit,
  encodeData,
  encodeEnd,
  encodePing,
} from '../../src/tunnel/frames.ts';

const TOKEN = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

describe('frames', () => {
  it('has these bytes', () => {
    expect(encodeData(Uint8Array.of(7, 8))).toEqual(Uint8Array.of(0, 7, 8));
    expect(encodeCredit(0x01020304)).toEqual(Uint8Array.of(1, 1, 2, 3, 4));
    expect(encodeEnd()).toEqual(Uint8Array.of(2));
    expect(encodePing('ping', TOKEN)).toEqual(Uint8Array.of(3, 1, 2, 3, 4, 5, 6, 7, 8));
    expect(encodePing('pong', TOKEN)).toEqual(Uint8Array.of(4, 1, 2, 3, 4, 5, 6, 7, 8));
  });

  it('comes back as it went', () => {
    expect(decodeFrame(encodeData(Uint8Array.of(7)))).toEqual({ type: 'data', bytes: Uint8Array.of(7) });
    expect(decodeFrame(encodeCredit(4_294_967_295))).toEqual({ type: 'credit', amount: 4_294_967_295 });
    expect(decodeFrame(encodeEnd())).toEqual({ type: 'end' });
    expect(decodeFrame(encodePing('ping', TOKEN))).toEqual({ type: 'ping', token: TOKEN });
    expect(decodeFrame(encodePing('pong', TOKEN))).toEqual({ type: 'pong', token: TOKEN });
  });

  it('reads a frame that lies inside a larger buffer', () => {
    const buffer = new Uint8Array(20);
    buffer.set(encodeCredit(99), 7);
    expect(decodeFrame(buffer.subarray(7, 12))).toEqual({ type: 'credit', amount: 99 });
  });

  it.each([
    ['an empty message', []],
    ['data without bytes', [0]],
    ['a short credit', [1, 0, 0, 1]],
    ['a long credit', [1, 0, 0, 0, 1, 0]],
    ['a credit of nothing', [1, 0, 0, 0, 0]],
    ['an end with bytes', [2, 0]],
    ['a short ping', [3, 1, 2, 3, 4, 5, 6, 7]],
    ['a long pong', [4, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['an unknown type', [5]],
    ['text of a curious client', [71, 69, 84, 32, 47]],
  ])('refuses %s', (_, bytes) => {
    expect(decodeFrame(Uint8Array.from(bytes)).type).toBe('invalid');
  });

  it('gives a value for any bytes', () => {
    const random = seededRandom(12);
    for (let round = 0; round < 5000; round++) {
      const message = Uint8Array.from({ length: Math.floor(random() * 12) }, (_, at) =>
        Math.floor(random() * (at === 0 ? 7 : 256)),
      );
      const frame = decodeFrame(message);
      if (frame.type === 'data') expect(encodeData(frame.bytes)).toEqual(message);
      if (frame.type === 'credit') expect(encodeCredit(frame.amount)).toEqual(message);
      if (frame.type === 'ping' || frame.type === 'pong')
        expect(encodePing(frame.type, frame.token)).toEqual(message);
    }
  });

  it('charges short frames like frames of 64 bytes', () => {
    expect([1, 63, 64, 65, 65_536].map(dataCost)).toEqual([64, 64, 64, 65, 65_536]);
  });
});

describe('the reason of a Close frame', () => {
  it('comes back as it went, within its 123 bytes', () => {
    const end = { why: 'x'.repeat(64), up: Number.MAX_SAFE_INTEGER, down: Number.MAX_SAFE_INTEGER };
    const reason = formatCloseReason(end);
    expect(reason.length).toBeLessThanOrEqual(123);
    expect(parseCloseReason(reason)).toEqual(end);
  });

  it('is undefined for any other text', () => {
    for (const text of ['', 'done', 'done up=1', 'done up=1 down=x', ' up=1 down=2']) {
      expect(parseCloseReason(text)).toBeUndefined();
    }
  });
});
