// The states of an IMAP session and the legal moves between them: the one table that says what may follow what. The diagram
// in `docs/states/imap.md` is drawn from it. It reads no response and sends no command.

/**
 * From each state, by each event, to the next state. `ok` and `refused` are the tagged response to the command that the state
 * waits for; other events are commands that the client sends.
 */
export const MOVES = {
  /** Connected: the server's greeting is due (RFC 9051 section 7.1). */
  greeting: { ok: 'notAuthenticated', PREAUTH: 'authenticated' },
  /** The server takes a login. Outside TLS, where TLS is required, it is only asked for STARTTLS. */
  notAuthenticated: {
    CAPABILITY: 'capability',
    STARTTLS: 'starttls',
    AUTHENTICATE: 'authenticate',
    LOGIN: 'login',
  },
  /** CAPABILITY was sent before the login. */
  capability: { ok: 'notAuthenticated' },
  /** STARTTLS was sent. */
  starttls: { ok: 'tlsHandshake' },
  /** TLS is being set up. What was said before it counts for nothing afterwards: the capabilities are asked for anew. */
  tlsHandshake: { CAPABILITY: 'capability' },
  /** AUTHENTICATE or a response to a challenge was sent (RFC 9051 section 6.2.2). */
  authenticate: { challenge: 'challenge', ok: 'authenticated' },
  /** The mechanism computes its response. */
  challenge: { response: 'authenticate' },
  /** LOGIN was sent, to a server that knows no mechanism that fits. */
  login: { ok: 'authenticated' },
  /** Logged in; no mailbox is selected. */
  authenticated: { SELECT: 'selecting' },
  /** SELECT or EXAMINE was sent: no mailbox is selected until its answer, and none if it is refused. */
  selecting: { ok: 'selected', refused: 'authenticated' },
  /** A mailbox is selected. */
  selected: { SELECT: 'selecting', IDLE: 'idling' },
  /** IDLE was sent (RFC 2177): until its end the server takes DONE alone. */
  idling: { DONE: 'ending' },
  /** DONE was sent, once; the tagged response is due. */
  ending: { ok: 'selected' },
} as const;

/** A state, by name. */
export type State = keyof typeof MOVES;
type EventsOf<Each extends State> = Each extends State ? keyof (typeof MOVES)[Each] : never;
/** An event, by name. */
export type Event = EventsOf<State>;

/** The state of one session. */
export class SessionState {
  #state: State = 'greeting';

  /** Where the session is. */
  get state(): State {
    return this.#state;
  }

  /** Whether the login is done. */
  get isLoggedIn(): boolean {
    return this.#state === 'authenticated' || this.#state === 'selected';
  }

  /** Moves on. @throws Error for a move that the table does not have: a mistake in this client. */
  move(event: Event): void {
    const moves: Readonly<Partial<Record<Event, State>>> = MOVES[this.#state];
    const next = moves[event];
    if (next === undefined) throw new Error(`no move "${event}" from ${this.#state}`);
    this.#state = next;
  }
}
