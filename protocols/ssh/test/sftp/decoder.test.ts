// The decoder: whole, byte by byte, in pieces, with trailing bytes; what it refuses; and chance.
import { isFairleadError } from '@fairlead/errors';
import { concatBytes, seededRandom } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { readAttributes } from '../../src/sftp/wire/attributes.ts';
import { type Message, MessageDecoder } from '../../src/sftp/wire/decoder.ts';
import * as FXP from '../../src/sftp/wire/numbers/fxp.ts';
import { readNames, readStatus, readVersion } from '../../src/sftp/wire/replies.ts';
import { SshReader } from '../../src/wire/ssh-reader.ts';
import { message, status } from './support/messages.ts';

const data = (id: number, count: number) =>
  message(FXP.DATA, id, (writer) => writer.string(new Uint8Array(count).fill(id)));
const SAMPLES = [
  message(FXP.VERSION, 3),
  status(7, 2, 'No such file'),
  data(8, 5_000),
  message(FXP.HANDLE, 9, (writer) => writer.string('handle')),
  data(10, 1),
];

function decode(chunks: Iterable<Uint8Array>): Message[] {
  const decoder = new MessageDecoder((_id, count) => new Uint8Array(count));
  const messages: Message[] = [];
  for (const chunk of chunks) {
    // A transport uses its storage again.
    const borrowed = chunk.slice();
    decoder.push(borrowed);
    for (let one = decoder.next(); one; one = decoder.next())
      messages.push({ ...one, body: one.body.slice() });
    decoder.keep();
    borrowed.fill(0xee);
  }
  return messages;
}

function* pieces(bytes: Uint8Array, size: () => number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const to = at + size();
    yield bytes.subarray(at, to);
    at = to;
  }
}

describe('MessageDecoder', () => {
  const all = concatBytes(SAMPLES);
  const whole = decode([all]);

  it('takes whole messages', () => {
    expect(whole.map(({ type, id }) => [type, id])).toEqual([
      [FXP.VERSION, 0],
      [FXP.STATUS, 7],
      [FXP.DATA, 8],
      [FXP.HANDLE, 9],
      [FXP.DATA, 10],
    ]);
    expect(whole[2]?.body).toEqual(new Uint8Array(5_000).fill(8));
  });

  it.each([1, 2, 3, 5, 13, 14, 1_000, 4_999, 65_536])('takes them in pieces of %i bytes', (size) => {
    expect(decode(pieces(all, () => size))).toEqual(whole);
  });

  it('takes them in pieces of any size', () => {
    const random = seededRandom(20_261_129);
    for (let round = 0; round < 20; round++) {
      expect(decode(pieces(all, () => 1 + Math.floor(random() * 500)))).toEqual(whole);
    }
  });

  it('keeps what is not whole', () => {
    for (let cut = 1; cut < 30; cut++)
      expect(decode([all.subarray(0, all.length - cut)]).length).toBeLessThan(5);
    const first = SAMPLES[1] ?? all;
    for (let cut = 0; cut < first.length; cut++) expect(decode([first.subarray(0, cut)])).toEqual([]);
  });

  it('drops data that nobody wants', () => {
    const decoder = new MessageDecoder(() => undefined);
    decoder.push(concatBytes([data(3, 500), status(4, 0)]));
    expect(decoder.next()?.body.length).toBe(0);
    expect(decoder.next()?.id).toBe(4);
  });

  it('names the usual reason of text in place of SFTP', () => {
    expect(() => decode([new TextEncoder().encode('Welcome to host!\n')])).toThrow(/login script/);
  });

  it.each([
    ['too long', concatBytes([status(1, 0), Uint8Array.of(0, 64, 0, 0, 101)]), 'limit'],
    ['without an id', Uint8Array.of(0, 0, 0, 1, 101), 'protocol'],
    ['of no bytes', Uint8Array.of(0, 0, 0, 0, 101), 'protocol'],
    [
      'DATA that is longer than its message',
      Uint8Array.of(0, 0, 0, 10, 103, 0, 0, 0, 1, 0, 0, 0, 2),
      'protocol',
    ],
    ['DATA with trailing bytes', Uint8Array.of(0, 0, 0, 12, 103, 0, 0, 0, 1, 0, 0, 0, 2), 'protocol'],
  ])('refuses a message that is %s', (_name, bytes, code) => {
    expect(() => decode([bytes])).toThrow(expect.objectContaining({ code }));
  });
});

describe('replies', () => {
  const readers = { readStatus, readNames, readVersion, readAttributes };

  it('a count is checked before memory is set aside', () => {
    const names = new SshReader(Uint8Array.of(0, 15, 66, 64, 0, 0, 0, 0));
    expect(() => readNames(names)).toThrow(/1000000 entries/);
    const attributes = new SshReader(Uint8Array.of(0x80, 0, 0, 0, 0, 15, 66, 64));
    expect(() => readAttributes(attributes)).toThrow(/1000000 extensions/);
  });

  it('a status may come without words, and loses its control characters', () => {
    expect(readStatus(new SshReader(Uint8Array.of(0, 0, 0, 4)))).toEqual({ code: 4, words: '' });
    const words = Uint8Array.of(0, 0, 0, 4, 0, 0, 0, 3, 65, 27, 66);
    expect(readStatus(new SshReader(words))).toEqual({ code: 4, words: 'A B' });
  });

  it('anything gives a value or a FairleadError', () => {
    const rounds = Number(process.env.FUZZ_ROUNDS ?? 5_000);
    const random = seededRandom(Number(process.env.FUZZ_SEED ?? 20_261_129));
    const below = (limit: number): number => Math.floor(random() * limit);
    const samples = [
      ...SAMPLES,
      message(FXP.NAME, 1, (writer) => {
        writer.u32(1);
        writer.string('name');
        writer.string('long name');
        writer.u32(0x8000_000f);
        writer.u64(5);
        for (let at = 0; at < 5; at++) writer.u32(at);
        writer.u32(1);
        writer.string('a');
        writer.string('b');
      }),
    ].filter(({ length }) => length < 1_000);
    let taken = 0;
    for (let round = 0; round < rounds; round++) {
      const mutant = (samples[below(samples.length)] ?? Uint8Array.of(0)).slice();
      for (let times = below(4); times > 0; times--)
        mutant[below(mutant.length)] = random() < 0.5 ? 0 : below(256);
      try {
        for (const { body } of decode(pieces(mutant, () => 1 + below(20)))) {
          for (const read of Object.values(readers)) {
            try {
              read(new SshReader(body));
              taken++;
            } catch (error) {
              if (!isFairleadError(error)) throw error;
            }
          }
        }
      } catch (error) {
        if (!isFairleadError(error)) throw error;
        expect(['protocol', 'limit']).toContain(error.code);
      }
    }
    expect(taken).toBeGreaterThan(rounds / 10);
  }, 3_600_000);
});
