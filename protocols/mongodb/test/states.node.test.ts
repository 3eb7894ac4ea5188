// The states of a connection: the picture in docs/states/mongodb.md is the one that the table gives, and every state can be
// reached and left. UPDATE_STATES=1 writes the picture anew. In Node, because workerd reads no files.
import { drawStates, expectDrawnPage, reachableStates, replacePart } from '@fairlead/testkit/states';
import { expect, it } from 'vitest';
import { MOVES, type State } from '../src/session/states.ts';

const PAGE = import.meta.resolve('../../../docs/states/mongodb.md');

const states = Object.entries(MOVES) as [State, Record<string, State>][];

it('are drawn in the documentation', () => {
  expectDrawnPage(PAGE, (page) => replacePart(page, 'connection', drawStates(MOVES, { start: 'connected' })));
});

it('can all be reached, and all lead to the end', () => {
  expect(reachableStates(MOVES, 'connected')).toEqual(states.map(([state]) => state).sort());
  for (const [state, moves] of states)
    expect([state, moves.end]).toEqual([state, state === 'ended' ? undefined : 'ended']);
});
