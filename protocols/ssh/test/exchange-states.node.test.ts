// The table of a key exchange's states: the picture in docs/states/ssh.md is drawn from it. `UPDATE_STATES=1` writes it anew.
import { drawStates, expectDrawnPage, replacePart } from '@fairlead/testkit/states';
import { expect, it } from 'vitest';
import { EXCHANGE_MOVES, type ExchangeState, exchangeAfter } from '../src/session/exchange-states.ts';

const PAGE = import.meta.resolve('../../../docs/states/ssh.md');

it('is drawn in docs/states/ssh.md', () => {
  expectDrawnPage(PAGE, (page) =>
    replacePart(page, 'exchange', drawStates(EXCHANGE_MOVES, { start: 'settled' })),
  );
});

it('is a circle, with no other moves', () => {
  let state: ExchangeState = 'settled';
  for (const event of ['our KEXINIT', "the server's KEXINIT", 'KEX_ECDH_REPLY', 'NEWKEYS'] as const) {
    for (const other of Object.values(EXCHANGE_MOVES).flatMap((moves) => Object.keys(moves))) {
      if (other !== event) expect(() => exchangeAfter(state, other as typeof event)).toThrow('no move');
    }
    state = exchangeAfter(state, event);
  }
  expect(state).toBe('settled');
});
