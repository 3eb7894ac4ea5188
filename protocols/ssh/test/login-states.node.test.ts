// The table of a login's states: the picture in docs/states/ssh.md is drawn from it, each state can be reached and left, and a
// move that the table does not have is refused. `UPDATE_STATES=1` writes the picture anew.
import { drawStates, expectDrawnPage, replacePart } from '@fairlead/testkit/states';
import { describe, expect, it } from 'vitest';
import { type Event, LoginState, MOVES, type State } from '../src/session/authentication.ts';

const PAGE = import.meta.resolve('../../../docs/states/ssh.md');
const ENDS: readonly string[] = ['done', 'refused'];

const moves = Object.entries(MOVES).flatMap(([from, events]) =>
  Object.entries(events).map(([event, to]) => ({ from, event: event as Event, to: to as State })),
);

/** A login in `state`, by the shortest way. */
function loginIn(state: string): LoginState {
  const ways = new Map<string, readonly Event[]>([['service', []]]);
  for (const [from, way] of ways) {
    for (const move of moves) {
      if (move.from === from && !ways.has(move.to)) ways.set(move.to, [...way, move.event]);
    }
  }
  const login = new LoginState();
  for (const event of ways.get(state) ?? ['unreachable' as Event]) login.move(event);
  return login;
}

describe('the states of a login', () => {
  it('are drawn in docs/states/ssh.md', () => {
    expectDrawnPage(PAGE, (page) => replacePart(page, 'login', drawStates(MOVES, { start: 'service' })));
  });

  it.each(Object.keys(MOVES))(
    'have %s, which is reached, left unless it is an end, and takes no other move',
    (state) => {
      const own = new Set(moves.filter(({ from }) => from === state).map(({ event }) => event));
      expect(own.size > 0).toBe(!ENDS.includes(state));
      for (const { event, to } of moves) {
        const login = loginIn(state);
        expect(login.state).toBe(state);
        if (own.has(event)) {
          expect(loginIn(state).accepts(event)).toBe(true);
          login.move(event);
        } else {
          expect(loginIn(state).accepts(event), to).toBe(false);
          expect(() => login.move(event)).toThrow('no move');
        }
      }
    },
  );

  it('have no names that objects have', () => {
    expect(new LoginState().accepts('constructor')).toBe(false);
  });
});
