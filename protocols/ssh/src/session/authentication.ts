// The states of a login and the legal moves between them (RFC 4252, RFC 4256): the one table that says what may follow
// what. It reads no message and sends none.

/**
 * From each state, by each event, to the next state. The state is that of the oldest request without an answer; the first
 * request of a method is sent behind SERVICE_REQUEST at once.
 */
export const MOVES = {
  /** SERVICE_REQUEST was sent, and the first request behind it. */
  service: { SERVICE_ACCEPT: 'choice' },
  /** A method is to be chosen among those that the server lists, or was chosen ahead. */
  choice: {
    'publickey, signed': 'signature',
    'publickey, a question': 'question',
    password: 'password',
    'keyboard-interactive': 'interaction',
    'none left': 'refused',
  },
  /** The server was asked whether it would take a key: nothing is signed in vain. */
  question: { PK_OK: 'signing', FAILURE: 'choice' },
  /** The request with this key is being signed. */
  signing: { 'publickey, signed': 'signature' },
  /** A signed request was sent. */
  signature: { SUCCESS: 'done', FAILURE: 'choice' },
  /** A password was sent. */
  password: { SUCCESS: 'done', FAILURE: 'choice', PASSWD_CHANGEREQ: 'refused' },
  /** The server is asking, or weighs the answers. */
  interaction: { INFO_REQUEST: 'answer', SUCCESS: 'done', FAILURE: 'choice' },
  /** The answers to the server's prompts are due. */
  answer: { INFO_RESPONSE: 'interaction', 'no answer': 'refused' },
  /** The user is logged in. */
  done: {},
  /** The server refuses the user. */
  refused: {},
} as const;

/** A state, by name. */
export type State = keyof typeof MOVES;
type EventsOf<Each extends State> = Each extends State ? keyof (typeof MOVES)[Each] : never;
/** An event, by name. */
export type Event = EventsOf<State>;

/** The state of one login. */
export class LoginState {
  #state: State = 'service';

  /** Where the login is. */
  get state(): State {
    return this.#state;
  }

  /** Moves on by a message of the server. @returns Whether the state allows the message; if not, it stays. */
  accepts(message: string): boolean {
    const moves: Readonly<Record<string, State>> = MOVES[this.#state];
    const next = Object.hasOwn(moves, message) ? moves[message] : undefined;
    if (next !== undefined) this.#state = next;
    return next !== undefined;
  }

  /** Moves on. @throws Error for a move that the table does not have: a mistake in this client. */
  move(event: Event): void {
    const moves: Readonly<Partial<Record<Event, State>>> = MOVES[this.#state];
    const next = moves[event];
    if (next === undefined) throw new Error(`no move "${event}" from ${this.#state}`);
    this.#state = next;
  }
}
