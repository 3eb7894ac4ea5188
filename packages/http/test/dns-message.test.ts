// DNS messages: what a query looks like, what an answer says, and that no bytes do harm.
import { seededRandom } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { decodeAnswer, encodeQuery, TYPE_A, TYPE_AAAA } from '../src/targets/resolver/dns-message.ts';
import { a, aaaa, answerTo, cname, questionOf } from './dns-answers.ts';

function query(name = 'db.example.com', type: 1 | 28 = TYPE_A): Uint8Array {
  const bytes = encodeQuery(name, type);
  if (bytes === undefined) throw new Error('no query');
  return bytes;
}

describe('a query', () => {
  it('is that of RFC 8484, section 4.1.1', () => {
    const expected = 'AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB';
    expect(btoa(String.fromCharCode(...query('www.example.com')))).toBe(expected);
    expect(questionOf(query('a.b', TYPE_AAAA))).toEqual({ name: 'a.b', type: 28 });
  });

  it.each([
    ['a label of 63 bytes', `${'x'.repeat(63)}.com`, true],
    ['a label of 64 bytes', `${'x'.repeat(64)}.com`, false],
    ['253 bytes', `${'x.'.repeat(126)}y`, true],
    ['254 bytes', `${'x.'.repeat(126)}yz`, false],
    ['an empty label', 'a..b', false],
    ['a dot at its end', 'a.b.', false],
    ['nothing', '', false],
  ])('of %s', (_what, name, isOne) => {
    expect(encodeQuery(name, TYPE_A) !== undefined).toBe(isOne);
  });
});

describe('an answer', () => {
  it('has the addresses of the type asked for, behind aliases too, and the shortest time to live', () => {
    const bytes = answerTo(query(), [
      cname(30),
      a('192.0.2.1', 300),
      a('192.0.2.2', 40),
      aaaa('2001:db8:0:0:0:0:0:1'),
    ]);
    expect(decodeAnswer(bytes, TYPE_A)).toEqual({
      addresses: [Uint8Array.of(192, 0, 2, 1), Uint8Array.of(192, 0, 2, 2)],
      ttlSeconds: 30,
    });
    expect(decodeAnswer(bytes, TYPE_AAAA)?.addresses).toHaveLength(1);
    expect(decodeAnswer(answerTo(query(), [a('192.0.2.1', 0xffffffff)]), TYPE_A)?.ttlSeconds).toBe(0);
  });

  it('may say that there is none', () => {
    const none = { addresses: [], ttlSeconds: 0 };
    expect(decodeAnswer(answerTo(query(), []), TYPE_A)).toEqual(none);
    expect(decodeAnswer(answerTo(query(), [], 3), TYPE_A)).toEqual(none);
  });

  it('is none when the server failed, refused, or cut it', () => {
    expect(decodeAnswer(answerTo(query(), [a('192.0.2.1')], 2), TYPE_A)).toBeUndefined();
    expect(decodeAnswer(answerTo(query(), [a('192.0.2.1')], 5), TYPE_A)).toBeUndefined();
    const cut = answerTo(query(), [a('192.0.2.1')]);
    cut[2] = 0x83;
    expect(decodeAnswer(cut, TYPE_A)).toBeUndefined();
    expect(decodeAnswer(query(), TYPE_A)).toBeUndefined();
  });

  it('is read from anywhere in a buffer, with bytes behind it, and not from a part of itself', () => {
    const whole = answerTo(query(), [cname(), a('192.0.2.1'), a('192.0.2.2')]);
    const expected = decodeAnswer(whole, TYPE_A);
    const shifted = new Uint8Array(whole.length + 20).fill(0xff);
    shifted.set(whole, 7);
    expect(decodeAnswer(shifted.subarray(7, 7 + whole.length), TYPE_A)).toEqual(expected);
    expect(decodeAnswer(shifted.subarray(7), TYPE_A)).toEqual(expected);
    for (let length = 0; length < whole.length; length++) {
      expect(decodeAnswer(whole.subarray(0, length), TYPE_A), String(length)).toBeUndefined();
    }
  });

  it('with an address of another length is none', () => {
    expect(decodeAnswer(answerTo(query(), [{ type: 1, data: [1, 2, 3] }]), TYPE_A)).toBeUndefined();
    expect(decodeAnswer(answerTo(query(), [{ type: 28, data: [1, 2, 3, 4] }]), TYPE_AAAA)).toBeUndefined();
  });

  it('of any bytes gives addresses or nothing, and ends', () => {
    const random = seededRandom(20_261_129);
    const whole = answerTo(query(), [cname(), a('192.0.2.1'), aaaa('2001:db8:0:0:0:0:0:1')]);
    for (let round = 0; round < 20_000; round++) {
      const bytes = whole.slice(0, 1 + Math.floor(random() * whole.length));
      for (let i = 0; i < 1 + (round % 5); i++) {
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      }
      for (const type of [TYPE_A, TYPE_AAAA] as const) {
        const answer = decodeAnswer(bytes, type);
        for (const address of answer?.addresses ?? []) expect(address.length).toBe(type === TYPE_A ? 4 : 16);
      }
    }
  });
});
