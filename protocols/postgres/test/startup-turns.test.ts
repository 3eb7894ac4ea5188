// What a server may not say, in every state of the start-up, and what it may not say at all.
import { describe, expect, it } from 'vitest';
import { authenticationOk, bytes, errorResponse, int32, message, ready } from './support/backend.ts';
import { broken, challenge, Start, sasl } from './support/start.ts';

/** How to come to each state. */
const STATES: Readonly<Record<string, (start: Start) => void>> = {
  started: () => undefined,
  'password sent': (start) => start.feed(message('R', int32(5), int32(1))),
  'SASL begun': (start) => start.feed(sasl),
  'SASL answered': (start) => {
    start.feed(sasl);
    start.feed(challenge);
    start.session.answer(bytes('proof'));
  },
  authenticated: (start) => start.feed(authenticationOk),
};

/** What a server may say, by what it is. */
const SAYINGS: Readonly<Record<string, Uint8Array>> = {
  AuthenticationOk: authenticationOk,
  'a request for clear text': message('R', int32(3)),
  'a request for md5': message('R', int32(5), int32(1)),
  'an offer of SASL': sasl,
  'a challenge': challenge,
  'a signature': message('R', int32(12), 'v=x'),
  'a request for GSSAPI': message('R', int32(7)),
  'a parameter': message('S', 'a\0b\0'),
  'a cancel key': message('K', int32(1), int32(2)),
  readiness: ready,
  'a row': message('D', 0, 0),
  'an empty answer': message('I'),
  'nothing but zeros': new Uint8Array(8),
};

/** What is legal, or is refused for another reason than its turn. */
const FINE: Readonly<Record<string, readonly string[]>> = {
  started: [
    'AuthenticationOk',
    'a request for clear text',
    'a request for md5',
    'an offer of SASL',
    'a request for GSSAPI',
  ],
  'password sent': ['AuthenticationOk'],
  'SASL begun': ['a challenge'],
  'SASL answered': ['a signature'],
  authenticated: ['a parameter', 'a cancel key', 'readiness'],
};

describe('out of turn', () => {
  const moves = Object.keys(STATES).flatMap((state) =>
    Object.keys(SAYINGS)
      .filter((saying) => !FINE[state]?.includes(saying))
      .map((saying) => [state, saying] as const),
  );

  it.each(moves)('%s: %s', (state, saying) => {
    const start = new Start();
    STATES[state]?.(start);
    expect(() => start.feed(SAYINGS[saying] ?? bytes())).toThrow(broken('Is it Postgres?'));
  });

  it.each([
    [
      'AuthenticationOk behind a request for md5',
      bytes(message('R', int32(5), int32(1)), authenticationOk),
      'behind a request',
    ],
    ['a byte behind a challenge', bytes(challenge, 0), 'behind a request'],
    ['a message of a gigabyte', bytes('R', int32(1_000_000_000)), 'a message of 1000000001 bytes'],
    ['a negative length', bytes('R', int32(-1)), 'a message of -1 bytes'],
    ['an answer in HTTP', bytes('H'), 'message type 72'],
    ['a greeting of MySQL', bytes(0x4a, 0, 0, 0, 10), 'message type 74'],
    ['a salt of three bytes', message('R', int32(5), 1, 2, 3), ''],
    ['readiness without a status', bytes(authenticationOk, message('Z')), 'message "Z"'],
  ])('%s is `protocol`', (what, reply, text) => {
    const start = new Start();
    if (what.includes('challenge')) start.feed(sasl);
    expect(() => start.feed(reply)).toThrow(broken(text));
  });

  it('notices without end are cut off', () => {
    const start = new Start();
    const notice = message('N', `M${'x'.repeat(60_000)}\0`, 0);
    for (let i = 0; i < 4; i++) start.feed(notice);
    expect(() => start.feed(notice)).toThrow(broken('more than 256 KiB'));
  });
});

it('no failure repeats the password or the first bytes of another protocol', () => {
  for (const reply of [message('R', int32(3)), bytes('HTTP/1.1 400'), errorResponse('28P01', 'no')]) {
    try {
      new Start({ allowCleartext: false }).feed(reply);
    } catch (error) {
      expect(String(error)).not.toMatch(/secret|HTTP/);
    }
  }
});
