// A tracker between a client and a server that send anything: it throws nothing but FairleadErrors, and is never lent in the middle
// of something.
import { expect, it } from 'vitest';
import { isFairleadError } from '../../src/index.ts';
import { ImapTracker } from '../../src/mooring/tracker.ts';

const WORDS = [
  'A1 ',
  'A2 ',
  '* ',
  '+ ',
  'OK',
  'NO',
  'BYE',
  'SELECT x',
  'NOOP',
  'UNSELECT',
  'APPEND x ',
  '{3}',
  '{3+}',
  '"',
  '\r\n',
  '\n',
  '\r',
  'xyz',
  '\0',
  '\u00ff',
];

/** Numbers that look like chance, and are the same each time (xorshift). */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

it('100,000 pieces', () => {
  const roll = dice(20_261_129);
  const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  for (let run = 0; run < 5000; run++) {
    const tracker = new ImapTracker(roll(2) === 0);
    for (let piece = 0; piece < 20; piece++) {
      const text = Array.from({ length: 1 + roll(4) }, () => WORDS[roll(WORDS.length)]).join('');
      try {
        if (roll(2) === 0) tracker.sent(bytes(text), roll(4) === 0 ? undefined : 1);
        else tracker.received(bytes(text));
      } catch (error) {
        if (!isFairleadError(error)) throw error;
        break;
      }
      if (tracker.isIdle) expect([tracker.owes, tracker.needsReset]).toEqual([false, false]);
    }
  }
});
