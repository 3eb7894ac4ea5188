// DNS messages: whole, cut anywhere, with loops, and with bytes that no name has.
import { concatBytes, seededRandom } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { decodeAnswer, encodeQuestion } from '../../src/dns/message.ts';
import { answer, nameBytes, POINTER, questionOf, srvData, txtData } from './messages.ts';

const NAME = '_mongodb._tcp.cluster.example.com';
const SRV = 33;
const TXT = 16;
const host = nameBytes('A.Example.com');

describe('questions', () => {
  it('ask for one name of one type, with ID 0', () => {
    const question = encodeQuestion(NAME, 'SRV');
    expect([...question.subarray(0, 12)]).toEqual([0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    expect(questionOf(question)).toEqual({ name: NAME, type: SRV });
    expect(questionOf(encodeQuestion('a.b', 'TXT'))).toEqual({ name: 'a.b', type: TXT });
  });
});

describe('answers', () => {
  it('have SRV records, in lower case, also compressed', () => {
    const compressed = concatBytes([Uint8Array.of(1, 98), Uint8Array.of(0xc0, 12 + 14)]);
    const message = answer(NAME, SRV, [
      { type: 5, data: host },
      { type: SRV, data: srvData(27_017, host), ttl: 60 },
      { type: SRV, data: srvData(1, compressed), ttl: 0x8000_0001 },
    ]);
    expect(decodeAnswer(message, 'SRV')).toEqual({
      rcode: 0,
      records: [
        { ttlSeconds: 60, port: 27_017, text: 'a.example.com' },
        { ttlSeconds: 0, port: 1, text: 'b.cluster.example.com' },
      ],
    });
  });

  it('have TXT records, whose strings are one', () => {
    const message = answer('x.y', TXT, [{ type: TXT, data: txtData(['replicaS', '', 'et=rep', 'l0']) }]);
    expect(decodeAnswer(message, 'TXT')?.records).toEqual([
      { ttlSeconds: 300, port: 0, text: 'replicaSet=repl0' },
    ]);
  });

  it('may have none', () => {
    expect(decodeAnswer(answer('x.y', TXT, [], 0x8183), 'TXT')).toEqual({ rcode: 3, records: [] });
  });

  it('may have bytes behind them', () => {
    const message = concatBytes([
      answer(NAME, SRV, [{ type: SRV, data: srvData(1, host) }]),
      Uint8Array.of(1, 2, 3),
    ]);
    expect(decodeAnswer(message, 'SRV')?.records.length).toBe(1);
  });

  it('are none where they are cut anywhere', () => {
    const whole = answer(NAME, SRV, [{ type: SRV, data: srvData(1, host) }]);
    for (let length = 0; length < whole.length; length++) {
      expect(decodeAnswer(whole.subarray(0, length), 'SRV')).toBeUndefined();
    }
  });

  it.each<[what: string, message: Uint8Array]>([
    ['a question', answer(NAME, SRV, [], 0x0100)],
    ['cut off by the resolver (TC)', answer(NAME, SRV, [], 0x8380)],
    [
      'a name that points at itself',
      answer(NAME, SRV, [{ type: SRV, data: srvData(1, host), name: Uint8Array.of(0xc0, 51) }]),
    ],
    [
      'a name that points ahead',
      answer(NAME, SRV, [{ type: SRV, data: srvData(1, host), name: Uint8Array.of(0xc0, 90) }]),
    ],
    [
      'a label of 64 bytes',
      answer(NAME, SRV, [
        { type: SRV, data: srvData(1, Uint8Array.of(64, ...new Uint8Array(64).fill(97), 0)) },
      ]),
    ],
    [
      'a label with a dot',
      answer(NAME, SRV, [{ type: SRV, data: srvData(1, Uint8Array.of(3, 97, 46, 98, 0)) }]),
    ],
    ['a label with a NUL', answer(NAME, SRV, [{ type: SRV, data: srvData(1, Uint8Array.of(2, 97, 0, 0)) }])],
    [
      'a target that ends early',
      answer(NAME, SRV, [{ type: SRV, data: concatBytes([srvData(1, host), Uint8Array.of(0)]) }]),
    ],
    [
      'a name of 300 bytes',
      answer(NAME, SRV, [{ type: SRV, data: srvData(1, nameBytes(Array(150).fill('a').join('.'))) }]),
    ],
    ['a TXT string that overruns', answer(NAME, TXT, [{ type: TXT, data: Uint8Array.of(5, 97) }])],
  ])('are none with %s', (_what, message) => {
    expect(decodeAnswer(message, message[message.length - 1] === 97 ? 'TXT' : 'SRV')).toBeUndefined();
  });

  it('hold no surprise in 20,000 mutations', () => {
    const random = seededRandom(7);
    const whole = answer(NAME, SRV, [
      { type: SRV, data: srvData(1, host) },
      { type: SRV, data: srvData(2, POINTER) },
    ]);
    for (let i = 0; i < 20_000; i++) {
      const mutant = whole.slice(0, Math.floor(random() * (whole.length + 1)));
      for (let n = 0; n < 3 && mutant.length > 0; n++) {
        mutant[Math.floor(random() * mutant.length)] = Math.floor(random() * 256);
      }
      for (const { text } of decodeAnswer(mutant, 'SRV')?.records ?? []) expect(text).toMatch(/^[\w.-]*$/);
      decodeAnswer(mutant, 'TXT');
    }
  });
});
