// The table of states: the picture in docs/states/imap.md is drawn from it, each state can be reached and left, and a
// move that the table does not have is refused. `UPDATE_STATES=1` writes the picture anew.
import { drawStates, expectDrawnPage, replacePart } from '@fairlead/testkit/states';
import { describe, expect, it } from 'vitest';
import { type Event, MOVES, SessionState, type State } from '../src/session/states.ts';

const PAGE = import.meta.resolve('../../../docs/states/imap.md');

const moves = Object.entries(MOVES).flatMap(([from, events]) =>
  Object.entries(events).map(([event, to]) => ({ from, event: event as Event, to: to as State })),
);

/** A session in `state`, by the shortest way. */
function sessionIn(state: string): SessionState {
  const ways = new Map<string, readonly Event[]>([['greeting', []]]);
  for (const [from, way] of ways) {
    for (const move of moves) {
      if (move.from === from && !ways.has(move.to)) ways.set(move.to, [...way, move.event]);
    }
  }
  const session = new SessionState();
  for (const event of ways.get(state) ?? ['unreachable' as Event]) session.move(event);
  return session;
}

describe('the states of a session', () => {
  it('are drawn in docs/states/imap.md', () => {
    expectDrawnPage(PAGE, (page) => replacePart(page, 'session', drawStates(MOVES, { start: 'greeting' })));
  });

  it.each(Object.keys(MOVES))('have %s, which is reached, left, and takes no other move', (state) => {
    const own = new Set(moves.filter(({ from }) => from === state).map(({ event }) => event));
    expect(own.size).toBeGreaterThan(0);
    for (const { event } of moves) {
      const session = sessionIn(state);
      expect(session.state).toBe(state);
      if (own.has(event)) session.move(event);
      else expect(() => session.move(event)).toThrow('no move');
    }
  });
});
