// The states of a connection and of its capability negotiation, and every legal move between them. The diagram in
// docs/states/irc.md is drawn from these two tables.
import { protocolError } from '../errors.ts';

/** For each state, which state each legal move leads to. A state without moves is the last one. */
export type StateTable<State extends string, Event extends string> = {
  readonly [S in State]: { readonly [E in Event]?: State };
};

/**
 * The life of a connection:
 * - `new`: the transport is open, and nothing was sent.
 * - `upgrading`: STARTTLS was sent. Nothing that the server says before TLS is kept.
 * - `registering`: CAP LS, PASS, NICK and USER are sent; numeric 001 has not come.
 * - `welcomed`: 001 has come; the rest of the greeting, up to the end of the MOTD, has not.
 * - `registered`: commands may be sent.
 * - `closed`: the connection has ended.
 */
export type ConnectionState = 'new' | 'upgrading' | 'registering' | 'welcomed' | 'registered' | 'closed';

/** What moves a connection on. */
export type ConnectionMove = 'startTls' | 'register' | 'welcome' | 'endOfMotd' | 'end';

/** The legal moves of a connection. */
export const CONNECTION: StateTable<ConnectionState, ConnectionMove> = {
  new: { startTls: 'upgrading', register: 'registering', end: 'closed' },
  upgrading: { register: 'registering', end: 'closed' },
  registering: { welcome: 'welcomed', end: 'closed' },
  welcomed: { endOfMotd: 'registered', end: 'closed' },
  registered: { end: 'closed' },
  closed: {},
};

/**
 * The negotiation of capabilities with the login by SASL (IRCv3 capability-negotiation, sasl-3.2):
 * - `listing`: CAP LS was sent. Servers without capabilities leave it here.
 * - `requesting`: the list has come; the lists of CAP REQ wait for ACK or NAK.
 * - `authenticating`: AUTHENTICATE was sent; the registration waits for its outcome.
 * - `ended`: CAP END was sent; answers to CAP REQ may be under way. Capabilities that the server offers later (CAP NEW) are
 *   requested in this state too.
 * - `reauthenticating`: a login after CAP END, because the server has offered `sasl` later.
 */
export type NegotiationState = 'listing' | 'requesting' | 'authenticating' | 'ended' | 'reauthenticating';

/** What moves a negotiation on. */
export type NegotiationMove = 'listed' | 'authenticate' | 'end';

/** The legal moves of a negotiation. */
export const NEGOTIATION: StateTable<NegotiationState, NegotiationMove> = {
  listing: { listed: 'requesting' },
  requesting: { authenticate: 'authenticating', end: 'ended' },
  // A mechanism that was refused is followed by the next one.
  authenticating: { authenticate: 'authenticating', end: 'ended' },
  ended: { authenticate: 'reauthenticating' },
  reauthenticating: { authenticate: 'reauthenticating', end: 'ended' },
};

/** A state, and the table of its legal moves. */
export class StateMachine<State extends string, Event extends string> {
  state: State;
  readonly #table: StateTable<State, Event>;

  constructor(table: StateTable<State, Event>, start: State) {
    this.#table = table;
    this.state = start;
  }

  /** Goes to the state that the event leads to. @throws FairleadError `protocol` if it leads nowhere from here. */
  move(event: Event): void {
    const next = this.#table[this.state][event];
    if (next === undefined) throw protocolError(`${event} is not possible in the state ${this.state}`);
    this.state = next;
  }
}
