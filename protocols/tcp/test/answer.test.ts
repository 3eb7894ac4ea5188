// What ends an answer by its bytes: the same however the stream is cut, and nothing behind the end is taken.
import { allSplits, concatBytes, seededRandom, toBytes, toText } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { AnswerBuffer, type AnswerEnds } from '../src/send/answer.ts';

const NO_CAP = 1_000_000;

function feed(chunks: readonly Uint8Array[], ends: Partial<AnswerEnds>): { text: string; end: string } {
  const answer = new AnswerBuffer({ bytes: undefined, pattern: undefined, maxBytes: NO_CAP, ...ends });
  let end: string | undefined;
  for (const chunk of chunks) {
    const lent = chunk.slice();
    end = answer.push(lent);
    // As a transport's buffer, which is used again.
    lent.fill(0);
    if (end !== undefined) break;
  }
  return { text: toText(answer.take()), end: end ?? 'none' };
}

describe('AnswerBuffer', () => {
  it.each<[string, string, Partial<AnswerEnds>, string, string]>([
    ['nothing ends it', 'abc', {}, 'abc', 'none'],
    ['n bytes', 'abcdef', { bytes: 4 }, 'abcd', 'bytes'],
    ['n bytes that are all there is', 'abcd', { bytes: 4 }, 'abcd', 'bytes'],
    ['fewer than n bytes', 'abc', { bytes: 4 }, 'abc', 'none'],
    ['a pattern', 'ab\r\ncd', { pattern: toBytes('\r\n') }, 'ab\r\n', 'pattern'],
    ['a pattern that begins twice', 'xaab', { pattern: toBytes('ab') }, 'xaab', 'pattern'],
    ['a pattern within itself', 'aabaabaac', { pattern: toBytes('aabaac') }, 'aabaabaac', 'pattern'],
    ['a pattern at the very beginning', 'ab', { pattern: toBytes('ab') }, 'ab', 'pattern'],
    ['half a pattern', 'xa', { pattern: toBytes('ab') }, 'xa', 'none'],
    ['the cap', 'abcdef', { maxBytes: 3 }, 'abc', 'maxBytes'],
    ['the cap before n bytes', 'abcdef', { maxBytes: 3, bytes: 4 }, 'abc', 'maxBytes'],
    ['a pattern behind the cap', 'abcdef', { maxBytes: 3, pattern: toBytes('de') }, 'abc', 'maxBytes'],
    ['a pattern that ends at the cap', 'abcdef', { maxBytes: 3, pattern: toBytes('bc') }, 'abc', 'pattern'],
    ['a pattern before n bytes', 'abcdef', { bytes: 5, pattern: toBytes('bc') }, 'abc', 'pattern'],
  ])('%s', (_name, stream, ends, text, end) => {
    for (const { name, chunks } of allSplits(stream)) {
      expect({ split: name, ...feed(chunks, ends) }).toEqual({ split: name, text, end });
    }
  });

  it('finds any pattern in any stream where a plain search finds it', () => {
    const random = seededRandom(11);
    const letters = (length: number) => Array.from({ length }, () => (random() < 0.5 ? 'a' : 'b')).join('');
    for (let round = 0; round < 500; round++) {
      const stream = letters(Math.floor(random() * 60));
      const pattern = letters(1 + Math.floor(random() * 6));
      const at = stream.indexOf(pattern);
      const expected =
        at < 0
          ? { text: stream, end: 'none' }
          : { text: stream.slice(0, at + pattern.length), end: 'pattern' };
      const chunks = Array.from(stream, toBytes);
      expect(feed(chunks, { pattern: toBytes(pattern) })).toEqual(expected);
      expect(feed([concatBytes(chunks)], { pattern: toBytes(pattern) })).toEqual(expected);
    }
  });

  it('costs the same for a stream that almost matches all the time', () => {
    const answer = new AnswerBuffer({
      bytes: undefined,
      pattern: toBytes(`${'a'.repeat(1_023)}b`),
      maxBytes: 1 << 24,
    });
    const chunk = new Uint8Array(65_536).fill(0x61);
    const startedAt = performance.now();
    for (let i = 0; i < 64; i++) expect(answer.push(chunk)).toBeUndefined();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
