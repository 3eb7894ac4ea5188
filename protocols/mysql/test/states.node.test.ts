// The tables of states: the pictures and rules in docs/states/mysql.md are drawn from them, every state is reached, and a
// move that a table does not have is refused. `UPDATE_DIAGRAMS=1` draws the page anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  CONNECTION_MOVES,
  CONNECTION_RULES,
  FLIGHT_MOVES,
  MAY_LEAVE,
  MAY_WRITE,
  type Moves,
  move,
  REPLY_MOVES,
  STARTUP_MOVES,
  STATEMENT_MOVES,
  STOP_RULES,
} from '../src/session/states.ts';

const PAGE = fileURLToPath(new URL('../../../docs/states/mysql.md', import.meta.url).href);

type Table = Moves<string, string>;
type Rules = Readonly<Record<string, string>>;

const TABLES: Readonly<Record<string, { moves: Table; first: string; rules?: [string, Rules][] }>> = {
  startup: { moves: STARTUP_MOVES, first: 'beforeTls', rules: [['may be written', MAY_WRITE]] },
  connection: {
    moves: CONNECTION_MOVES,
    first: 'open',
    rules: [
      ['takes new statements', column(({ takes }) => takes)],
      ['sends waiting statements', column(({ sends }) => (sends ? 'yes' : 'no'))],
    ],
  },
  flight: { moves: FLIGHT_MOVES, first: 'idle', rules: [['may be sent', MAY_LEAVE]] },
  statement: { moves: STATEMENT_MOVES, first: 'queued', rules: [['is stopped by', STOP_RULES]] },
  reply: { moves: REPLY_MOVES, first: 'header' },
};

function column(read: (rule: (typeof CONNECTION_RULES)[keyof typeof CONNECTION_RULES]) => string): Rules {
  return Object.fromEntries(Object.entries(CONNECTION_RULES).map(([state, rule]) => [state, read(rule)]));
}

const movesOf = (table: Table): [from: string, event: string, to: string][] =>
  Object.entries(table).flatMap(([from, events]) =>
    Object.entries(events).map(([event, to]): [string, string, string] => [from, event, String(to)]),
  );

/** Moves that lead back to their own state say nothing in a picture. */
function picture({ moves, first }: (typeof TABLES)[string]): string {
  const arrows = Map.groupBy(
    movesOf(moves).filter(([from, , to]) => from !== to),
    ([from, , to]) => `${from} --> ${to}`,
  );
  const lines = [...arrows].map(
    ([arrow, found]) => `  ${arrow}: ${found.map(([, event]) => event).join(', ')}`,
  );
  return ['```mermaid', 'stateDiagram-v2', `  [*] --> ${first}`, ...lines, '```'].join('\n');
}

function rulesOf({ moves, rules }: (typeof TABLES)[string]): string {
  if (rules === undefined) return '';
  const head = ['state', ...rules.map(([title]) => title)];
  const rows = Object.keys(moves).map((state) => [`\`${state}\``, ...rules.map(([, of]) => of[state] ?? '')]);
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `\n\n${lines.join('\n')}`;
}

function drawn(page: string): string {
  let text = page;
  for (const [name, table] of Object.entries(TABLES)) {
    const place = new RegExp(`<!-- ${name} -->\\n(?:[\\s\\S]*?<!-- end of ${name} -->\\n)?`);
    const part = `<!-- ${name} -->\n\n${picture(table)}${rulesOf(table)}\n\n<!-- end of ${name} -->\n`;
    text = text.replace(place, () => part);
  }
  return text;
}

it('are drawn in docs/states/mysql.md', () => {
  const page = readFileSync(PAGE, 'utf8');
  if (process.env.UPDATE_DIAGRAMS) writeFileSync(PAGE, drawn(page));
  expect(readFileSync(PAGE, 'utf8')).toBe(drawn(page));
});

describe.each(Object.entries(TABLES))('the states of %s', (_, { moves, first }) => {
  it('are all reached', () => {
    const reached = new Set([first]);
    for (const state of reached) for (const to of Object.values(moves[state] ?? {})) reached.add(String(to));
    expect([...reached].sort()).toEqual(Object.keys(moves).sort());
  });

  it('have the moves of the table and no other', () => {
    const events = new Set(movesOf(moves).map(([, event]) => event));
    for (const state of Object.keys(moves)) {
      for (const event of events) {
        const to = moves[state]?.[event];
        if (to === undefined) expect(() => move(moves, state, event)).toThrow(`no move from ${state}`);
        else expect(move(moves, state, event)).toBe(to);
      }
    }
  });
});

describe('the rules agree with the moves', () => {
  it('a statement is stopped where the table has a stop', () => {
    for (const [state, events] of Object.entries(STATEMENT_MOVES)) {
      expect([state, 'stop' in events]).toEqual([
        state,
        STOP_RULES[state as keyof typeof STOP_RULES] !== 'ignore',
      ]);
    }
  });

  it('every statement that has not ended can fail', () => {
    for (const [state, events] of Object.entries(STATEMENT_MOVES)) {
      expect([state, 'fail' in events]).toEqual([state, state !== 'done' && state !== 'failed']);
    }
  });

  it('a statement leaves where the table has a move for it', () => {
    const kinds = { any: [true, true], reading: [true, false], none: [false, false] };
    for (const [state, events] of Object.entries(FLIGHT_MOVES)) {
      expect([state, 'share' in events, 'exclude' in events]).toEqual([
        state,
        ...kinds[MAY_LEAVE[state as keyof typeof MAY_LEAVE]],
      ]);
    }
  });

  it('a connection that has ended neither takes nor sends', () => {
    expect(CONNECTION_RULES.ended).toEqual({ takes: 'none', sends: false });
    expect(new Set(Object.values(CONNECTION_MOVES.ended))).toEqual(new Set(['ended']));
  });
});
