// The diagrams in docs/states/irc.md are drawn from the tables of session/states.ts. UPDATE_STATES=1 rewrites them. In Node,
// because workerd reads no files.
import { drawStates, expectDrawnPage, replacePart } from '@fairlead/testkit/states';
import { expect, it } from 'vitest';
import { CONNECTION, NEGOTIATION, StateMachine } from '../src/session/states.ts';

const PAGE = import.meta.resolve('../../../docs/states/irc.md');

it.each([
  ['connection', drawStates(CONNECTION, { start: 'new' })],
  ['negotiation', drawStates(NEGOTIATION, { start: 'listing' })],
])('docs/states/irc.md shows the %s', (name, drawn) => {
  expectDrawnPage(PAGE, (page) => replacePart(page, name, drawn));
});

it('refuses a move that leads nowhere', () => {
  const machine = new StateMachine(CONNECTION, 'new');
  expect(() => machine.move('welcome')).toThrow(expect.objectContaining({ code: 'protocol' }));
  machine.move('register');
  machine.move('welcome');
  machine.move('endOfMotd');
  expect(machine.state).toBe('registered');
  machine.move('end');
  for (const move of ['startTls', 'register', 'welcome', 'endOfMotd', 'end'] as const)
    expect(() => machine.move(move)).toThrow(expect.objectContaining({ code: 'protocol' }));
});
