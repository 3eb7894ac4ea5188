// The states of an SMTP session and the legal moves between them: the one table that says what may follow what. The
// diagram in `docs/states/smtp.md` is drawn from it. It reads no reply and sends no command.

/**
 * From each state, by each event, to the next state. `accepted` and `refused` are the server's reply to the command that
 * the state waits for; other events are commands that the client sends.
 */
export const MOVES = {
  // Session initiation (RFC 5321 sections 3.1 and 3.2), STARTTLS (RFC 3207), AUTH (RFC 4954).
  /** Connected: the server's greeting is due. */
  greeting: { accepted: 'ehlo' },
  /** EHLO was sent. */
  ehlo: { accepted: 'introduced', refused: 'helo' },
  /** HELO was sent, to a server that does not know EHLO. */
  helo: { accepted: 'introduced' },
  /** The server's capabilities are known; outside TLS they count for STARTTLS alone where TLS is required. */
  introduced: { STARTTLS: 'starttls', login: 'mechanism', 'no login': 'ready' },
  /** STARTTLS was sent. */
  starttls: { accepted: 'tlsHandshake' },
  /** TLS is being set up. What was said before it counts for nothing afterwards. */
  tlsHandshake: { EHLO: 'ehlo' },
  /** A SASL mechanism is to be chosen; a mechanism that the server refuses as unknown leads back here. */
  mechanism: { AUTH: 'auth' },
  /** AUTH or a response was sent. */
  auth: { challenge: 'challenge', accepted: 'proof', refused: 'mechanism' },
  /** The mechanism computes its response. */
  challenge: { response: 'auth' },
  /** The server accepted the login; the mechanism checks whether the server has proved that it knows the secret. */
  proof: { accepted: 'ready' },

  // Mail transactions (RFC 5321 section 3.3), PIPELINING (RFC 2920), BDAT (RFC 3030).
  /** The server takes commands; no transaction is open. */
  ready: { MAIL: 'mail' },
  /** A transaction was given up: the server may still have parts of it, so RSET comes first. */
  abandoned: { RSET: 'rset' },
  /** RSET was sent. */
  rset: { accepted: 'ready', refused: 'abandoned' },
  /** MAIL is the oldest command without a reply. */
  mail: { accepted: 'rcpt', refused: 'abandoned', 'refused, RCPT is sent': 'rcpt' },
  /** RCPT is the oldest command without a reply, or the last recipient was answered; `refused` if none was accepted. */
  rcpt: {
    RCPT: 'rcpt',
    DATA: 'data',
    BDAT: 'chunks',
    'BDAT LAST': 'completion',
    refused: 'abandoned',
  },
  /** DATA is the oldest command without a reply. */
  data: { accepted: 'content', 'accepted, no recipient': 'empty', refused: 'abandoned' },
  /** The server takes everything that comes for the message. A failure ends the connection, so that nothing is delivered. */
  content: { end: 'completion' },
  /** DATA was accepted though no recipient was: an empty message is ended (RFC 2920 section 3.1), and counts as refused. */
  empty: { refused: 'abandoned' },
  /** Chunks by BDAT, some of them unanswered; without LAST the server delivers nothing. `refused`, or given up. */
  chunks: { BDAT: 'chunks', 'BDAT LAST': 'completion', refused: 'abandoned' },
  /** The message was sent to its end; the server's reply to it is due. */
  completion: { accepted: 'ready', refused: 'abandoned' },
} as const;

/** A state, by name. */
export type State = keyof typeof MOVES;
type EventsOf<Each extends State> = Each extends State ? keyof (typeof MOVES)[Each] : never;
/** An event, by name. */
export type Event = EventsOf<State>;

/** The state of one session. */
export class SessionState {
  #state: State = 'greeting';
  #isSentAhead = false;

  /** Where the session is. With PIPELINING: where the oldest command without a reply is. */
  get state(): State {
    return this.#state;
  }

  /** Whether the server takes a new command: no transaction and no login is under way. */
  get isSettled(): boolean {
    return this.#state === 'ready' || this.#state === 'abandoned';
  }

  /** Whether the server has the whole message and its reply is missing: it may have been delivered. */
  get isInDoubt(): boolean {
    return this.#isSentAhead || this.#state === 'completion';
  }

  /** Moves on. @throws Error for a move that the table does not have: a mistake in this client. */
  move(event: Event): void {
    const moves: Readonly<Partial<Record<Event, State>>> = MOVES[this.#state];
    const next = moves[event];
    if (next === undefined) throw new Error(`no move "${event}" from ${this.#state}`);
    this.#state = next;
    // From here on the state itself says so.
    if (next === 'completion') this.#isSentAhead = false;
  }

  /** Call it before the last byte of a message leaves ahead of the replies to MAIL and RCPT. */
  sendsAhead(): void {
    this.#isSentAhead = true;
  }
}
