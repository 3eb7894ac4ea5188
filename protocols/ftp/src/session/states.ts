// The states of an FTP session and the legal moves between them: the one table that says what may follow what. The diagram in
// `docs/states/ftp.md` is drawn from it. It reads no reply and sends no command.

/**
 * From each state, by each event, to the next state. `accepted`, `refused` and the like are the server's reply to the command
 * that the state waits for; other events are commands that the client sends, or happen at the data connection.
 */
export const MOVES = {
  // The beginning: RFC 959 section 5.4, AUTH, PBSZ and PROT (RFC 4217), FEAT (RFC 2389).
  /** Connected: the server's greeting is due; 120 says that it comes later. */
  greeting: { delayed: 'greeting', accepted: 'connected' },
  /** Greeted. Where TLS is required, AUTH is all that is sent. */
  connected: { AUTH: 'auth', USER: 'user' },
  /** AUTH TLS was sent. */
  auth: { accepted: 'tlsHandshake' },
  /** TLS is being set up. What was said before it counts for nothing afterwards. */
  tlsHandshake: { USER: 'user' },
  /** USER was sent. */
  user: { accepted: 'loggedIn', PASS: 'pass', ACCT: 'acct' },
  /** PASS was sent. */
  pass: { accepted: 'loggedIn', ACCT: 'acct' },
  /** ACCT was sent. */
  acct: { accepted: 'loggedIn' },
  /** The login was accepted. */
  loggedIn: { PBSZ: 'pbsz', FEAT: 'feat' },
  /** PBSZ was sent: TLS has no buffer size, so its answer does not matter. */
  pbsz: { PROT: 'prot' },
  /** PROT was sent: `P` or `C`, as the caller wants it. */
  prot: { FEAT: 'feat' },
  /** FEAT was sent, inside TLS and behind the login. */
  feat: { OPTS: 'opts', TYPE: 'type' },
  /** OPTS UTF8 ON was sent; servers that refuse it use UTF-8 all the same. */
  opts: { TYPE: 'type' },
  /** TYPE I was sent. */
  type: { accepted: 'ready' },

  // Commands, and transfers: RFC 959 section 5.4, EPSV (RFC 2428), REST (RFC 3659 section 5).
  /** The server takes commands; no transfer is under way. */
  ready: { command: 'command', 'EPSV or PASV': 'passive' },
  /** A command was sent that has no transfer. `intermediate`: 350, to RNFR. */
  command: { accepted: 'ready', refused: 'ready', intermediate: 'ready' },
  /** EPSV or PASV was sent. */
  passive: { accepted: 'dial', refused: 'ready' },
  /** The data connection is dialled. */
  dial: { connected: 'open', failed: 'ready' },
  /** The data connection is open and in clear. REST comes straight before the transfer's command. */
  open: { REST: 'rest', transfer: 'started', failed: 'ready' },
  /** REST was sent. */
  rest: { accepted: 'open', refused: 'ready' },
  /** The transfer's command was sent: 1xx is due. `accepted`: 2xx at once, from servers with nothing to list. */
  started: { preliminary: 'transfer', accepted: 'ready', refused: 'ready' },
  /** Bytes flow, behind the handshake of the data connection where it has one. */
  transfer: { completed: 'drain', refused: 'ready', 'end of data': 'completion', stopped: 'stopping' },
  /** The server's 2xx came before the end of the data. */
  drain: { 'end of data': 'ready', stopped: 'ready' },
  /** The data has ended; the server's 2xx is due. */
  completion: { completed: 'ready', refused: 'ready', stopped: 'stopping' },
  /** This side has destroyed the data connection; the server's reply is due, whatever it is. */
  stopping: { completed: 'ready', refused: 'ready' },
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

  /** Whether the server takes a new command. */
  get isReady(): boolean {
    return this.#state === 'ready';
  }

  /** Moves on. @throws Error for a move that the table does not have: a mistake in this client. */
  move(event: Event): void {
    const moves: Readonly<Partial<Record<Event, State>>> = MOVES[this.#state];
    const next = moves[event];
    if (next === undefined) throw new Error(`no move "${event}" from ${this.#state}`);
    this.#state = next;
  }
}
