// The tracker of a pooled connection: whole, byte by byte, and against mails that look like answers.
import { describe, expect, it } from 'vitest';
import { ImapTracker } from '../../src/mooring/tracker.ts';

const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

type Talk = readonly (readonly [side: 'C' | 'S', text: string])[];

/** Plays a talk, in pieces of `size`. */
function played(talk: Talk, size = Number.POSITIVE_INFINITY, canUnselect = true): ImapTracker {
  const tracker = new ImapTracker(canUnselect);
  for (const [side, text] of talk) {
    const all = bytes(text);
    for (let at = 0; at < all.length; at += size) {
      const piece = all.subarray(at, Math.min(all.length, at + size));
      if (side === 'C') tracker.sent(piece, 1);
      else tracker.received(piece);
    }
  }
  return tracker;
}

const state = ({ isIdle, owes, needsReset }: ImapTracker) =>
  `${isIdle ? 'idle' : ''}${owes ? 'owes' : ''}${needsReset ? 'reset' : ''}`;

const SELECTED: Talk = [
  ['C', 'A1 SELECT INBOX\r\n'],
  ['S', '* 3 EXISTS\r\nA1 OK [READ-WRITE] done\r\n'],
];

describe.each([Number.POSITIVE_INFINITY, 1, 3])('in pieces of %d bytes', (size) => {
  it.each([
    ['nothing', [], 'idle'],
    ['a question', [['C', 'A1 NOOP\r\n']], 'owes'],
    ['half a question', [['C', 'A1 NO']], 'owes'],
    [
      'an answer',
      [
        ['C', 'A1 NOOP\r\n'],
        ['S', 'A1 OK\r\n'],
      ],
      'idle',
    ],
    [
      'half an answer',
      [
        ['C', 'A1 NOOP\r\n'],
        ['S', 'A1 OK'],
      ],
      'owes',
    ],
    [
      'two in flight',
      [
        ['C', 'A1 LIST "" *\r\nA2 NOOP\r\n'],
        ['S', 'A1 OK done\r\n'],
      ],
      'owes',
    ],
    [
      'a refusal',
      [
        ['C', 'A1 STATUS x (MESSAGES)\r\n'],
        ['S', 'A1 NO [NONEXISTENT] no\r\n'],
      ],
      'idle',
    ],
    ['a mailbox', SELECTED, 'reset'],
    [
      'a refused mailbox',
      [
        ['C', 'A1 EXAMINE x\r\n'],
        ['S', 'A1 NO no\r\n'],
      ],
      'reset',
    ],
    ['CLOSE', [...SELECTED, ['C', 'A2 CLOSE\r\n'], ['S', 'A2 OK\r\n']], 'idle'],
    ['unasked news of the mailbox', [...SELECTED, ['S', '* 4 EXISTS\r\n']], 'reset'],
    ['IDLE', [...SELECTED, ['C', 'A2 IDLE\r\n'], ['S', '+ idling\r\n']], 'owes'],
    [
      'DONE',
      [...SELECTED, ['C', 'A2 IDLE\r\n'], ['S', '+ \r\n'], ['C', 'DONE\r\n'], ['S', 'A2 OK\r\n']],
      'reset',
    ],
    [
      'a literal',
      [
        ['C', 'A1 APPEND x {5+}\r\nA2 X\n\r\n'],
        ['S', 'A1 OK [APPENDUID 1 2] done\r\n'],
      ],
      'idle',
    ],
    [
      'half a literal',
      [
        ['C', 'A1 APPEND x {5}\r\n'],
        ['S', '+ go\r\n'],
        ['C', 'ab'],
      ],
      'owes',
    ],
    [
      'a literal that was refused',
      [
        ['C', 'A1 APPEND x {5}\r\n'],
        ['S', 'A1 NO [TRYCREATE] no\r\n'],
      ],
      'idle',
    ],
    [
      'a command behind a literal that was refused',
      [
        ['C', 'A1 APPEND x {5}\r\n'],
        ['S', 'A1 NO no\r\n'],
        ['C', 'A2 NOOP\r\n'],
        ['S', 'A2 OK\r\n'],
      ],
      'idle',
    ],
    [
      'a mail that looks like an answer',
      [
        ...SELECTED,
        ['C', 'A2 UID FETCH 1 (BODY.PEEK[])\r\n'],
        ['S', '* 1 FETCH (BODY[] {13}\r\nA2 OK done\r\n\r)\r\n'],
      ],
      'owes',
    ],
    [
      'a body',
      [
        ...SELECTED,
        ['C', 'A2 UID FETCH 1 (BODY.PEEK[])\r\n'],
        ['S', '* 1 FETCH (BODY[] {5}\r\n* BYE UID 1)\r\nA2 OK\r\n'],
      ],
      'reset',
    ],
    [
      'words that look like a literal',
      [
        ['C', 'A1 NOOP\r\n'],
        ['S', '* OK see {99}\r\nA1 OK {9}\r\n'],
      ],
      'idle',
    ],
    // From here on the connection is lent no more.
    [
      'a goodbye',
      [
        ['C', 'A1 NOOP\r\n'],
        ['S', '* BYE\r\nA1 OK\r\n'],
      ],
      'owes',
    ],
    [
      'an answer to nothing',
      [
        ['C', 'A1 NOOP\r\n'],
        ['S', 'A2 OK\r\nA1 OK\r\n'],
      ],
      'owes',
    ],
    ['a continuation for nobody', [...SELECTED, ['S', '+ go\r\n']], 'owes'],
    [
      'a line that is none',
      [
        ['C', 'A1 NOOP\r\n'],
        ['S', 'HTTP/1.1 400 Bad\r\nA1 OK\r\n'],
      ],
      'owes',
    ],
    [
      'a tag twice',
      [
        ['C', 'A1 NOOP\r\nA1 NOOP\r\n'],
        ['S', 'A1 OK\r\n'],
      ],
      'owes',
    ],
    [
      'a login',
      [
        ['C', 'A1 LOGIN a b\r\n'],
        ['S', 'A1 OK\r\n'],
      ],
      'owes',
    ],
    [
      'ENABLE',
      [
        ['C', 'A1 enable CONDSTORE\r\n'],
        ['S', 'A1 OK\r\n'],
      ],
      'owes',
    ],
    [
      'a LF by itself',
      [
        ['C', 'A1 NOOP\nA2 LOGOUT\r\n'],
        ['S', 'A2 OK\r\n'],
      ],
      'owes',
    ],
    ['what is no command', [['C', '{}\r\n']], 'owes'],
  ] as [string, Talk, string][])('%s', (_, talk, expected) => {
    expect(state(played(talk, size))).toBe(expected);
  });
});

it('ends what is selected by UNSELECT, and nothing else', () => {
  const tracker = played(SELECTED);
  tracker.sent(bytes('P1 UNSELECT\r\n'), undefined);
  tracker.received(bytes('P1 OK\r\n'));
  expect(tracker.isIdle).toBe(true);
  const other = played(SELECTED, 1, false);
  expect(state(other)).toBe('');
});

it('takes no word that was not asked for, and no refusal of the pool’s own', () => {
  expect(() => new ImapTracker(true).received(bytes('* OK hello\r\n'))).toThrow('without being asked');
  const tracker = played(SELECTED);
  tracker.sent(bytes('P1 UNSELECT\r\n'), undefined);
  expect(() => tracker.received(bytes('P1 BAD what\r\n'))).toThrow('refused a command of the pool');
});
