// The table of a transaction's states: the picture in docs/states/mongodb-transaction.md is drawn from it, each state can be reached
// and left, and a move that the table does not have is refused. `UPDATE_STATES=1` writes the picture anew.
import { drawStates, expectDrawnPage, replacePart } from '@fairlead/testkit/states';
import { describe, expect, it } from 'vitest';
import { MOVES, move, type TransactionEvent, type TransactionState } from '../../src/transactions/states.ts';

const PAGE = import.meta.resolve('../../../../docs/states/mongodb-transaction.md');

const events: readonly TransactionEvent[] = ['start', 'operation', 'unsent', 'commit', 'abort'];

describe('the states of a transaction', () => {
  it('are drawn in docs/states/mongodb-transaction.md', () => {
    expectDrawnPage(PAGE, (page) => replacePart(page, 'transaction', drawStates(MOVES, { start: 'none' })));
  });

  it.each(Object.keys(MOVES) as TransactionState[])('have %s, which is reached and left', (state) => {
    const moves: Partial<Record<TransactionEvent, TransactionState>> = MOVES[state];
    for (const event of events) {
      const next = moves[event];
      if (next === undefined) expect(() => move(state, event)).toThrow();
      else expect(move(state, event)).toBe(next);
    }
    expect(Object.values(moves).some((next) => next !== state)).toBe(true);
    const isReached = Object.values(MOVES).some((each) => Object.values(each).includes(state));
    expect(isReached).toBe(true);
  });
});
