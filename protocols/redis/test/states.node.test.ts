// The states of a connection: the picture in docs/states/redis.md is the one that the table gives, and every state can be
// reached and left. UPDATE_STATES=1 writes the picture anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { MOVES, type State } from '../src/session/states.ts';

const FILE = fileURLToPath(import.meta.resolve('../../../docs/states/redis.md'));

const states = Object.entries(MOVES) as [State, Record<string, State>][];

function picture(): string {
  const lines = states.flatMap(([from, moves]) => {
    const byTarget = Map.groupBy(Object.entries(moves), ([, to]) => to);
    return [...byTarget].map(
      ([to, found]) => `    ${from} --> ${to}: ${found.map(([move]) => move).join(', ')}`,
    );
  });
  return ['stateDiagram-v2', '    [*] --> opened', ...lines, '    ended --> [*]'].join('\n');
}

it('are drawn in the documentation', () => {
  const text = readFileSync(FILE, 'utf8');
  const drawn = text.replace(/```mermaid\n.*?```/s, () => `\`\`\`mermaid\n${picture()}\n\`\`\``);
  if (process.env.UPDATE_STATES) writeFileSync(FILE, drawn);
  else expect(text).toBe(drawn);
});

it('can all be reached, and all lead to the end', () => {
  const reached = new Set<State>(['opened']);
  for (const state of reached) for (const to of Object.values(MOVES[state])) reached.add(to);
  expect([...reached].sort()).toEqual(states.map(([state]) => state).sort());
  for (const [state, moves] of states)
    expect([state, moves.end]).toEqual([state, state === 'ended' ? undefined : 'ended']);
});
