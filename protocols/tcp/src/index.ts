// The package's exports, and nothing else. The HTTP face is `@fairlead/tcp/route`.
export { FairleadError, isFairleadError } from '@fairlead/errors';
export { type PingAttempt, type PingOptions, type PingResult, ping } from './ping.ts';
