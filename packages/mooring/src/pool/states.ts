// The states of one pooled connection and its legal moves: all that decides who may have a connection stands here.

/** Where a pooled connection stands. */
export type State = 'idle' | 'checking' | 'lent' | 'resetting' | 'leaving' | 'ended';

/** What happens to it. */
export type Move = 'lend' | 'check' | 'giveBack' | 'reset' | 'release' | 'leave' | 'end';

/** From each state, the moves that are legal, and where they lead. */
export const MOVES: Readonly<Record<State, Readonly<Partial<Record<Move, State>>>>> = {
  idle: { lend: 'lent', check: 'checking', end: 'ended' },
  checking: { lend: 'lent', release: 'idle', end: 'ended' },
  lent: { giveBack: 'idle', reset: 'resetting', leave: 'leaving', end: 'ended' },
  resetting: { release: 'idle', end: 'ended' },
  leaving: { end: 'ended' },
  ended: {},
};
