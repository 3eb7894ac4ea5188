// The package's exports, and nothing else. The HTTP face is `@fairlead/tcp/route`.
export { FairleadError, isFairleadError } from '@fairlead/errors';
export { ping, pingSamples } from './ping/ping.ts';
export { pingStatistics } from './ping/statistics.ts';
export type { PingOptions, PingResult, PingSample, PingStatistics, TimeStatistics } from './ping/types.ts';
export { send } from './send/send.ts';
export type { SendEnd, SendOptions, SendResult, SendUntil } from './send/types.ts';
