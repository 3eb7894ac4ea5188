// The states of a session's transaction and the legal moves between them: the one table that says what may follow what. The diagram
// in `docs/states/mongodb-transaction.md` is drawn from it. It sends no command.
import { usage } from '@fairlead/errors';

/**
 * From each state, by each event, to the next state (the Transactions specification, "ClientSession changes"). `operation` is a
 * command with the session that is neither of the other two; `unsent` says that the first one, or the commit, never left.
 */
export const MOVES = {
  /** No transaction has begun, or an operation has come behind it. */
  none: { start: 'starting', operation: 'none' },
  /** `startTransaction` was called: the server learns of it by the first command. */
  starting: { operation: 'inProgress', commit: 'committedEmpty', abort: 'aborted' },
  /** The server has the transaction. */
  inProgress: { operation: 'inProgress', unsent: 'starting', commit: 'committed', abort: 'aborted' },
  /** `commitTransaction` was called, whatever came of it but `unsent`: it may be called again. */
  committed: { start: 'starting', operation: 'none', commit: 'committed', unsent: 'inProgress' },
  /** Committed without a command: there is nothing to tell the server. */
  committedEmpty: { start: 'starting', operation: 'none', commit: 'committedEmpty' },
  /** `abortTransaction` was called. */
  aborted: { start: 'starting', operation: 'none' },
} as const;

/** A state, by name. */
export type TransactionState = keyof typeof MOVES;
type EventsOf<Each extends TransactionState> = Each extends TransactionState
  ? keyof (typeof MOVES)[Each]
  : never;
/** An event, by name. */
export type TransactionEvent = EventsOf<TransactionState>;

/** What the caller did wrong, by the event and the state. */
const REFUSALS: Partial<Record<TransactionEvent, Partial<Record<TransactionState, string>>>> = {
  start: {
    starting: 'Transaction already in progress.',
    inProgress: 'Transaction already in progress.',
  },
  commit: {
    none: 'No transaction started.',
    aborted: 'Cannot call commitTransaction after calling abortTransaction.',
  },
  abort: {
    none: 'No transaction started.',
    committed: 'Cannot call abortTransaction after calling commitTransaction.',
    committedEmpty: 'Cannot call abortTransaction after calling commitTransaction.',
    aborted: 'Cannot call abortTransaction twice.',
  },
};

/**
 * The state behind an event.
 * @throws FairleadError `usage`: the event has no move from this state.
 */
export function move(state: TransactionState, event: TransactionEvent): TransactionState {
  const moves: Partial<Record<TransactionEvent, TransactionState>> = MOVES[state];
  const next = moves[event];
  if (next === undefined) throw usage(REFUSALS[event]?.[state] ?? `no move from ${state} by ${event}`);
  return next;
}
