// How a pool opens, checks, resets and closes a connection to a mail server.
import { isFairleadError } from '@fairlead/errors';
import type { Berth, OpenBerthOptions, Seat, Settings } from '@fairlead/mooring';
import { open as openConnection } from '../connection/open.ts';
import { resolveOptions, type SmtpOptions } from '../options/connect-options.ts';
import { encodeLines } from '../wire/encode.ts';
import { greetingOf, QUIT, termsOf } from './front.ts';
import { SmtpTracker } from './tracker.ts';

/** Servers say in their own words that there are too many connections: Postfix and Exim with 421, Exchange with 432. */
const NO_ROOM_REPLY = /^(421|432)$/;
const NO_ROOM = /too many|concurrent|connections|busy/i;

/** SMTP's seat in a mooring. */
export const seat: Seat = { protocol: 'smtp', isShared: false, open, isFull };

async function open({ url, options }: Settings, { connector, signal }: OpenBerthOptions): Promise<Berth> {
  const settings = resolveOptions(url, { ...(options as SmtpOptions), connector, signal });
  const { connection, server } = await openConnection(settings);
  const { capabilities } = server;
  const tracker = new SmtpTracker(new Set(capabilities.extensions.keys()));
  return {
    transport: connection.release(),
    greeting: greetingOf(server),
    terms: termsOf(capabilities),
    tracker,
    resetBytes: () => encodeLines(['RSET']),
    get isReset() {
      return tracker.isIdle;
    },
    checkBytes: () => encodeLines(['NOOP']),
    goodbyeBytes: () => QUIT,
  };
}

function isFull(error: unknown): boolean {
  if (!isFairleadError(error)) return false;
  const { code, message = '', fields } = error.server ?? {};
  return NO_ROOM_REPLY.test(fields?.reply ?? '') && (code === '4.7.0' || NO_ROOM.test(message));
}
