// The tables of states: the pictures and rules in docs/states/mysql.md are drawn from them, every state is reached, and
// rules agree with moves. `UPDATE_STATES=1` draws the page anew.
import {
  drawStates,
  expectDrawnPage,
  reachableStates,
  replacePart,
  type StateTable,
} from '@fairlead/testkit/states';
import { describe, expect, it } from 'vitest';
import {
  CONNECTION,
  FLIGHT,
  illegalMove,
  REPLY,
  STARTUP,
  STATEMENT,
  type StateNodes,
  TRANSACTION,
} from '../src/session/states.ts';

const PAGE = import.meta.resolve('../../../docs/states/mysql.md');

interface Machine {
  readonly nodes: StateNodes<string, string, string>;
  readonly first: string;
  /** What the rules say, as the title of their column. */
  readonly rules: string;
}

const MACHINES: Readonly<Record<string, Machine>> = {
  startup: { nodes: STARTUP, first: 'beforeTls', rules: 'may be written' },
  connection: { nodes: CONNECTION, first: 'open', rules: 'a new statement' },
  flight: { nodes: FLIGHT, first: 'idle', rules: 'may be sent' },
  statement: { nodes: STATEMENT, first: 'queued', rules: 'is stopped by' },
  transaction: { nodes: TRANSACTION, first: 'open', rules: 'its next statement' },
  reply: { nodes: REPLY, first: 'header', rules: 'packets' },
};

const tableOf = (nodes: Machine['nodes']): StateTable =>
  Object.fromEntries(
    Object.values(nodes).map(({ name, to }) => [
      name,
      Object.fromEntries(Object.entries(to).map(([event, next]) => [event, next?.name])),
    ]),
  );

function rulesOf({ nodes, rules }: Machine): string {
  const rows = Object.values(nodes).map(({ name, rule }) => `| \`${name}\` | ${rule} |`);
  return [`| state | ${rules} |`, '| --- | --- |', ...rows].join('\n');
}

function drawn(page: string): string {
  let text = page;
  for (const [name, machine] of Object.entries(MACHINES)) {
    // Moves that lead back to their own state are left out.
    const picture = drawStates(tableOf(machine.nodes), { start: machine.first, loops: false, ends: [] });
    text = replacePart(text, name, `${picture}\n\n${rulesOf(machine)}`);
  }
  return text;
}

it('are drawn in docs/states/mysql.md', () => expectDrawnPage(PAGE, drawn));

it.each(Object.entries(MACHINES))('the states of %s are all reached', (_, { nodes, first }) => {
  expect(reachableStates(tableOf(nodes), first)).toEqual(Object.keys(nodes).sort());
});

it('a move that a table does not have is an error', () => {
  expect(STATEMENT.done.to.send).toBeUndefined();
  expect(STATEMENT.draining.to.send).toBeUndefined();
  expect(() => illegalMove(STATEMENT.done, 'send')).toThrow('no move from done by send');
});

describe('the rules agree with the moves', () => {
  it('a statement is stopped where the table has a stop', () => {
    for (const { name, rule, to } of Object.values(STATEMENT))
      expect([name, to.stop !== undefined]).toEqual([name, rule !== 'ignore']);
  });

  it('every statement that has not ended can fail, and no other can', () => {
    for (const { name, to } of Object.values(STATEMENT))
      expect([name, to.fail !== undefined]).toEqual([name, name !== 'done' && name !== 'failed']);
  });

  it('a statement is sent where the table has a move for it', () => {
    const kinds = { any: [true, true], reading: [true, false], none: [false, false] };
    for (const { name, rule, to } of Object.values(FLIGHT))
      expect([name, to.share !== undefined, to.exclude !== undefined]).toEqual([name, ...kinds[rule]]);
  });

  it('a transaction that is lost stays so, and one in doubt waits for the server', () => {
    expect(new Set(Object.values(TRANSACTION.lost.to))).toEqual(new Set([TRANSACTION.lost]));
    for (const { name, rule, to } of Object.values(TRANSACTION))
      expect([name, to.confirm === TRANSACTION.open]).toEqual([name, rule === 'wait']);
  });

  it('a connection that has ended stays so, and one can end in every state', () => {
    expect(new Set(Object.values(CONNECTION.ended.to))).toEqual(new Set([CONNECTION.ended]));
    for (const { to } of Object.values(CONNECTION)) expect(to.end).toBe(CONNECTION.ended);
  });
});
