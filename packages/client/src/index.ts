// Parts that protocol clients share. It opens nothing and speaks no protocol.
export { withAttemptSignal } from './attempt.ts';
export { type Deadline, Deadlines } from './deadlines.ts';
export { type Deferred, deferred } from './deferred.ts';
export { Gate } from './gate.ts';
export { rowObjectMaker } from './row-objects.ts';
export { takeTurn } from './turn.ts';
export { type CallLimits, watchCall } from './watch.ts';
