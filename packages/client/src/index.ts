// Parts that protocol clients share. It opens nothing and speaks no protocol.
export { whenAborted } from './abort.ts';
export { Alarm } from './alarm.ts';
export { withAttemptSignal } from './attempt.ts';
export { type CallLimit, type CallOptions, checkSignal, limitOf, remainingMs } from './call-limit.ts';
export { atCaller, stackAtCaller } from './caller-stack.ts';
export { type Deadline, Deadlines } from './deadlines.ts';
export { type Deferred, deferred } from './deferred.ts';
export { Fifo, type Place } from './fifo.ts';
export { firstOf } from './first-of.ts';
export { Gate } from './gate.ts';
export { IdleTimer } from './idle-timer.ts';
export { checkInboxOptions, Inbox, type InboxOptions, type InboxOwner, type Overflow } from './inbox.ts';
export { type Password, passwordOf } from './password.ts';
export { rowObjectMaker } from './row-objects.ts';
export { inNextTurn, Tick } from './tick.ts';
export { inTurn, type Watch } from './turn.ts';
export { abortedBy, type CallLimits, timeUp, watchCall } from './watch.ts';
