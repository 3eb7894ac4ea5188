// Parts that protocol clients share. It opens nothing and speaks no protocol.

export { checkInboxOptions, Inbox, type InboxOptions, type InboxOwner, type Overflow } from './inbox.ts';
export { defined } from './options/defined.ts';
export { checkOptions, type OptionCheck, type OptionKind } from './options/option-checks.ts';
export { readServerUrl, type ServerUrl } from './options/server-url.ts';
export { type Password, passwordOf } from './password.ts';
export { atCaller, stackAtCaller } from './promises/caller-stack.ts';
export { type Deferred, deferred } from './promises/deferred.ts';
export { firstOf } from './promises/first-of.ts';
export { pause } from './promises/pause.ts';
export { rowObjectMaker } from './row-objects.ts';
export { withAttemptSignal } from './signals/attempt-signal.ts';
export { whenAborted } from './signals/when-aborted.ts';
export { Alarm } from './time/alarm.ts';
export { type CallLimit, type CallOptions, checkSignal, limitOf, remainingMs } from './time/call-limit.ts';
export { type Deadline, Deadlines } from './time/deadlines.ts';
export { IdleTimer } from './time/idle-timer.ts';
export { type RetryOptions, retry } from './time/retry.ts';
export { inNextTurn, Tick } from './time/tick.ts';
export { abortedBy, timeUp, watchCall } from './time/watch-call.ts';
export { TransportReader, type TransportReaderOptions } from './transport/reader.ts';
export { withinLimit } from './transport/within-limit.ts';
export { Fifo, type Place } from './turns/fifo.ts';
export { Gate } from './turns/gate.ts';
export { inTurn, type Watch } from './turns/in-turn.ts';
