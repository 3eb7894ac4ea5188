// The states of one connection and all moves between them. `docs/states/mongodb.md` is drawn from this table.

/**
 * Where a connection stands. It exists once the transport is open: dialling comes before.
 *
 * - `connected`: nothing was sent
 * - `greeting`: hello was sent, its answer is due; it may hold the first step of the login
 * - `greeted`: the last answer has come, and the login has another step
 * - `login`: a step of the login was sent, its answer is due
 * - `ready`: the server takes a command
 * - `replying`: a command was sent, its reply is due
 * - `draining`: `close()` was called while a reply was due; it still comes
 * - `closing`: nothing is due; what was written leaves, and the transport ends
 * - `ended`: nothing leads out: a connection is never opened again
 *
 * Transactions and cursors are no states of a connection: the server knows them by their numbers.
 */
export type State =
  | 'connected'
  | 'greeting'
  | 'greeted'
  | 'login'
  | 'ready'
  | 'replying'
  | 'draining'
  | 'closing'
  | 'ended';

/**
 * What moves a connection.
 *
 * - `hello`: the first message leaves
 * - `step`: a step of the login leaves
 * - `welcome`: the login has ended, or there is none
 * - `command`: a command leaves that has a reply
 * - `post`: a command leaves that has none (write concern `w: 0`)
 * - `reply`: what was due has come
 * - `close`: the caller closes it
 * - `end`: it has failed, or was closed
 */
export type SessionEvent = 'hello' | 'step' | 'welcome' | 'command' | 'post' | 'reply' | 'close' | 'end';

/** Where each move leads. Any other is a mistake in this client. */
export const MOVES: Readonly<Record<State, Readonly<Partial<Record<SessionEvent, State>>>>> = {
  connected: { hello: 'greeting', end: 'ended' },
  greeting: { reply: 'greeted', end: 'ended' },
  greeted: { step: 'login', welcome: 'ready', end: 'ended' },
  login: { reply: 'greeted', end: 'ended' },
  ready: { command: 'replying', post: 'ready', close: 'closing', end: 'ended' },
  replying: { reply: 'ready', close: 'draining', end: 'ended' },
  draining: { reply: 'closing', end: 'ended' },
  closing: { end: 'ended' },
  ended: {},
};
