// The states of one connection and all moves between them. `docs/states/redis.md` is drawn from this table.

/**
 * Where a connection stands. It exists once the transport is open: dialling comes before.
 *
 * - `opened`: nothing was sent; the login leaves with the first command
 * - `login`: the login and the commands of the first tick were sent, its answer is awaited; other commands wait
 * - `ready`: commands leave at the end of their tick, replies come in their order; read while replies are owed
 * - `subscribed`: like `ready`, and read all the time, since messages or invalidated keys are expected
 * - `closing`: `close()` was called; new commands are refused, replies that are owed still come
 * - `ended`: every command is refused, and nothing leads out: a connection is never opened again
 *
 * A transaction is no state: MULTI, its commands and EXEC are one entry of the queue and leave in one piece, so nothing
 * comes between them.
 */
export type State = 'opened' | 'login' | 'ready' | 'subscribed' | 'closing' | 'ended';

/**
 * What moves a connection.
 *
 * - `send`: the first bytes leave
 * - `welcome`: the last answer of the login has come
 * - `listen`, `unlisten`: the first one that listens to pushes has come, the last one has gone
 * - `close`: the caller closes it
 * - `end`: it has failed, or the last reply before its closing has come
 */
export type SessionEvent = 'send' | 'welcome' | 'listen' | 'unlisten' | 'close' | 'end';

/** Where each move leads. A move that a state does not have leaves it as it is. */
export const MOVES: Readonly<Record<State, Readonly<Partial<Record<SessionEvent, State>>>>> = {
  opened: { send: 'login', close: 'closing', end: 'ended' },
  login: { welcome: 'ready', close: 'closing', end: 'ended' },
  ready: { listen: 'subscribed', close: 'closing', end: 'ended' },
  subscribed: { unlisten: 'ready', close: 'closing', end: 'ended' },
  closing: { end: 'ended' },
  ended: {},
};
