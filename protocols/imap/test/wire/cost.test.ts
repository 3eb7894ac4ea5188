// What a hostile response costs: time in proportion to its bytes, and no more memory than the caps say.
import { describe, expect, it } from 'vitest';
import { parseChunks } from './support/parse.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const code = (text: string): string => {
  try {
    parseChunks([bytes(text)]);
    return 'read';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('a response', () => {
  it.each([
    ['literals', `* 1 FETCH (UID 1 X-Y (${'{1}\r\na '.repeat(400_000)}))\r\n`],
    ['literals in a list of mailboxes', `* LIST (${'{0}\r\n '.repeat(400_000)}) "/" a\r\n`],
    ['quotes', `* 1 FETCH (UID 1 X-Y (${'"" '.repeat(900_000)}))\r\n`],
    ['braces', `* 1 FETCH (UID 1 X-Y (${'{1} '.repeat(700_000)}))\r\n`],
    [
      'encoded words',
      `* 1 FETCH (UID 1 ENVELOPE (NIL "${'=?utf-8?b?YQ== '.repeat(100_000)}" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n`,
    ],
  ])('of many %s takes no more than its time', (_, text) => {
    const start = Date.now();
    expect(['read', 'limit', 'protocol']).toContain(code(text));
    expect(Date.now() - start).toBeLessThan(8_000);
  });

  it('with a million parts has no structure, and a million threads are too many', () => {
    const [event] = parseChunks([
      bytes(`* 1 FETCH (UID 1 BODYSTRUCTURE (${'()'.repeat(1_000_000)}"mixed") FLAGS (a))\r\n`),
    ]);
    expect(JSON.stringify(event).length).toBeLessThan(2000);
    expect(code(`* THREAD ${'(1)'.repeat(1_000_001)}\r\n`)).toBe('limit');
    expect(code(`* SEARCH ${'1 '.repeat(1_000_001)}\r\n`)).toBe('limit');
  });
});
