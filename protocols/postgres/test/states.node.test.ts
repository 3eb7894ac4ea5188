// The states of statements and connections: the picture in docs/ is drawn from the tables, and the tables hold together.
// UPDATE_STATES=1 writes the picture anew.
import { drawStates, expectDrawnPage } from '@fairlead/testkit/states';
import { describe, expect, it } from 'vitest';
import {
  CONNECTION_MOVES,
  INTEREST_MOVES,
  MAY_BE_SENT,
  replyMove,
  STATEMENT_MOVES,
  type StatementState,
} from '../src/session/states.ts';

const STATES = Object.keys(STATEMENT_MOVES) as StatementState[];
const IN_FLIGHT = STATES.filter((state) => state !== 'queued' && state !== 'ended');

function rules(): string {
  const rows = Object.entries(MAY_BE_SENT).map(
    ([state, kinds]) => `| ${state} | ${kinds.length > 0 ? kinds.join(', ') : 'none'} |`,
  );
  return ['| in flight | may be sent |', '| --- | --- |', ...rows].join('\n');
}

function page(): string {
  const statement = drawStates(STATEMENT_MOVES, {
    start: 'queued',
    without: { ErrorResponse: 'failed', end: 'ended' },
    choices: {
      next: 'the next reply that is due',
      back: 'the reply that was due before',
      refuse: 'the connection ends',
    },
  });
  const interest = drawStates(INTEREST_MOVES, { start: 'wanted', ends: [] });
  const connection = drawStates(CONNECTION_MOVES, { start: 'connecting' });
  return `# States of a Postgres connection

Drawn from the tables of \`protocols/postgres/src/session/states.ts\`, which says what each state means, by
\`test/states.node.test.ts\`; do not edit it by hand. Capital letters are the server's messages, small ones what this side does.

## A statement

Between \`queued\` and \`ended\` the state names the reply that is due. From each of these states ErrorResponse leads to
\`failed\`, and the connection's end to \`ended\`; from \`queued\`, a stop leads to \`ended\`. All other messages are out of turn and
end the connection, but for notices, notifications and ParameterStatus, which may come at any time.

${statement}

## The caller's interest in a statement

A statement that is stopped goes on to be read to its end. What stops it on the server: nothing, as long as it is
\`queued\`; Sync, where its portal is \`suspended\`; CopyFail, where the server is \`copying-in\`; else a CancelRequest, once it is the
first in flight.

${interest}

## A connection

${connection}

## Pipelining

What may be sent behind the statements in flight:

${rules()}
`;
}

it('are drawn in docs/states/postgres.md', () => {
  expectDrawnPage(import.meta.resolve('../../../docs/states/postgres.md'), page);
});

describe('the table of statements', () => {
  it('takes an error, and the end of the connection, in every state in flight', () => {
    for (const state of IN_FLIGHT) {
      expect([state, STATEMENT_MOVES[state]]).toEqual([
        state,
        expect.objectContaining({ ErrorResponse: 'failed', end: 'ended' }),
      ]);
    }
    expect(STATEMENT_MOVES.queued).toEqual({ send: 'next', end: 'ended' });
    expect(STATEMENT_MOVES.ended).toEqual({});
  });

  it('ends a statement by ReadyForQuery alone', () => {
    const ending = STATES.flatMap((state) =>
      Object.entries(STATEMENT_MOVES[state]).flatMap(([event, to]) =>
        to === 'ended' ? [`${state} ${event}`] : [],
      ),
    );
    expect(ending.filter((each) => !each.endsWith(' end')).toSorted()).toEqual([
      'failed ReadyForQuery',
      'querying ReadyForQuery',
      'syncing ReadyForQuery',
    ]);
  });

  it('is looked up by type bytes, and refuses what is out of turn', () => {
    const move = (state: StatementState, letter: string) => replyMove(state, letter.charCodeAt(0));
    expect(move('executing', 'D')).toBe('streaming');
    expect(move('streaming', 's')).toBe('suspended');
    expect(move('binding', '2')).toBe('next');
    expect(move('copying-out', 'c')).toBe('back');
    expect(move('executing', 'W')).toBe('refuse');
    for (const state of ['queued', 'ended'] as const) {
      for (let type = 0; type < 256; type++) expect(replyMove(state, type)).toBeUndefined();
    }
    // Rows before their columns, a second end, data behind an error.
    expect([move('binding', 'D'), move('syncing', 'C'), move('failed', 'D'), move('parsing', 'Z')]).toEqual(
      Array.from({ length: 4 }),
    );
  });
});
