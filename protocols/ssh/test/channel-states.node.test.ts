// The table of a channel's states: the picture in docs/states/ssh-channel.md is drawn from it, each state can be reached and left,
// and a move that the table does not have is refused. `UPDATE_STATES=1` writes the picture anew.
import { drawStates, expectDrawnPage, replacePart } from '@fairlead/testkit/states';
import { describe, expect, it } from 'vitest';
import { type ChannelEvent, type ChannelState, ChannelStates, MOVES } from '../src/session/channel-states.ts';

const PAGE = import.meta.resolve('../../../docs/states/ssh-channel.md');
const STARTS = ['opening', 'offered'] as const;

const moves = Object.entries(MOVES).flatMap(([from, events]) =>
  Object.entries(events).map(([event, to]) => ({
    from,
    event: event as ChannelEvent,
    to: to as ChannelState,
  })),
);

/** A channel in `state`, by the shortest way. */
function channelIn(state: string): ChannelStates {
  const ways = new Map<string, readonly [(typeof STARTS)[number], ...ChannelEvent[]]>(
    STARTS.map((start) => [start, [start]]),
  );
  for (const [from, way] of ways) {
    for (const move of moves) {
      if (move.from === from && !ways.has(move.to)) ways.set(move.to, [...way, move.event]);
    }
  }
  const [start = 'opening', ...events] = ways.get(state) ?? [];
  const channel = new ChannelStates(start);
  for (const event of events) channel.move(event);
  return channel;
}

describe('the states of a channel', () => {
  it('are drawn in docs/states/ssh-channel.md', () => {
    expectDrawnPage(PAGE, (page) =>
      replacePart(page, 'channel', drawStates(MOVES, { start: STARTS, loops: false })),
    );
  });

  it.each(Object.keys(MOVES))(
    'have %s, which is reached, left unless it is the end, and takes no other move',
    (state) => {
      const own = new Set(moves.filter(({ from }) => from === state).map(({ event }) => event));
      expect(own.size > 0).toBe(state !== 'closed');
      for (const { event } of moves) {
        const channel = channelIn(state);
        expect(channel.state).toBe(state);
        if (own.has(event)) channel.move(event);
        else expect(() => channel.move(event)).toThrow('came on a channel that is');
      }
    },
  );

  it('take nothing to be sent behind CLOSE', () => {
    const open = Object.keys(MOVES).filter((state) => channelIn(state).isOpen);
    expect(open).toEqual(['open', 'inputEnded', 'outputEnded', 'bothEnded']);
  });
});
