// The states of a channel (RFC 4254 section 5), and what may come in each. A move that the table does not have is a breach
// by the server, or a mistake here.
import { protocolError } from '../errors.ts';

/** What each event does in each state. Sending, accepting, refusing and giving up are this side's; all others come from the server. */
export const MOVES = {
  /** CHANNEL_OPEN was sent. */
  opening: { 'open confirmation': 'open', 'open failure': 'closed', 'give up': 'abandoned' },
  /** The call that opened it has ended; the server has not answered yet. */
  abandoned: { 'open confirmation': 'openedTooLate', 'open failure': 'closed' },
  openedTooLate: { 'send CLOSE': 'closing' },
  /** The server has asked for the channel. */
  offered: { accept: 'open', refuse: 'closed' },
  open: {
    data: 'open',
    'send EOF': 'inputEnded',
    EOF: 'outputEnded',
    'send CLOSE': 'closing',
    CLOSE: 'closed',
  },
  /** EOF was sent. */
  inputEnded: { data: 'inputEnded', EOF: 'bothEnded', 'send CLOSE': 'closing', CLOSE: 'closed' },
  /** EOF has come. */
  outputEnded: { 'send EOF': 'bothEnded', 'send CLOSE': 'closing', CLOSE: 'closed' },
  bothEnded: { 'send CLOSE': 'closing', CLOSE: 'closed' },
  /** CLOSE was sent; what the server had sent before it saw that still comes. */
  closing: { data: 'closing', EOF: 'closing', CLOSE: 'closed' },
  closed: {},
} as const;

/** The state of a channel. */
export type ChannelState = keyof typeof MOVES;

/** What happens to a channel. */
export type ChannelEvent = { [S in ChannelState]: keyof (typeof MOVES)[S] }[ChannelState];

/** Where one channel is. */
export class ChannelStates {
  state: ChannelState;

  constructor(state: 'opening' | 'offered') {
    this.state = state;
  }

  /** Whether a message may be sent on it: behind CLOSE none may. */
  get isOpen(): boolean {
    const { state } = this;
    return state === 'open' || state === 'inputEnded' || state === 'outputEnded' || state === 'bothEnded';
  }

  /** Whether data may be sent. */
  get takesInput(): boolean {
    return this.state === 'open' || this.state === 'outputEnded';
  }

  /** Whether the server has said that nothing follows. */
  get hasOutputEnded(): boolean {
    return this.state === 'outputEnded' || this.state === 'bothEnded';
  }

  /** @throws FairleadError `protocol` for an event that the state does not have. */
  move(event: ChannelEvent): void {
    const moves: Partial<Record<ChannelEvent, ChannelState>> = MOVES[this.state];
    const next = moves[event];
    if (next === undefined) throw protocolError(`${event} came on a channel that is ${wordsOf(this.state)}`);
    this.state = next;
  }
}

/** A state in words, for messages. */
function wordsOf(state: ChannelState): string {
  return state.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
