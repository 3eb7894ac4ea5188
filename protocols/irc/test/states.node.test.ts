// The diagrams in docs/states/irc.md are drawn from the tables of session/states.ts. UPDATE_STATES=1 rewrites them. In Node,
// because workerd reads no files.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CONNECTION, NEGOTIATION, StateMachine, type StateTable } from '../src/session/states.ts';

const DOCUMENT = fileURLToPath(import.meta.resolve('../../../docs/states/irc.md'));

/** A Mermaid state diagram: the first state is where it begins, and a state without moves is where it ends. */
function diagram<S extends string, M extends string>(table: StateTable<S, M>): string {
  const states = Object.entries(table) as [S, Partial<Record<M, S>>][];
  const lines = [`  [*] --> ${states[0]?.[0]}`];
  for (const [state, moves] of states) {
    const each = Object.entries(moves) as [M, S][];
    for (const [move, next] of each) lines.push(`  ${state} --> ${next}: ${move}`);
    if (each.length === 0) lines.push(`  ${state} --> [*]`);
  }
  return ['```mermaid', 'stateDiagram-v2', ...lines, '```'].join('\n');
}

describe('docs/states/irc.md', () => {
  it.each([
    ['connection', diagram(CONNECTION)],
    ['negotiation', diagram(NEGOTIATION)],
  ])('shows the %s', (name, drawn) => {
    const text = readFileSync(DOCUMENT, 'utf8');
    const section = new RegExp(`(<!-- ${name} -->\n)[^]*?(\n<!-- end -->)`);
    if (process.env.UPDATE_STATES) {
      writeFileSync(
        DOCUMENT,
        text.replace(section, (_, before: string, after: string) => before + drawn + after),
      );
      return;
    }
    expect(section.exec(text)?.[0]).toBe(`<!-- ${name} -->\n${drawn}\n<!-- end -->`);
  });
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
