// How a pool opens, checks, resets and closes a connection to an IMAP server.
import { limitOf } from '@fairlead/client';
import { isFairleadError } from '@fairlead/errors';
import type { Berth, OpenBerthOptions, Seat, Settings } from '@fairlead/mooring';
import { open as openConnection } from '../connection/open.ts';
import { type ImapOptions, resolveOptions } from '../options/connect-options.ts';
import { greetingOf } from './front.ts';
import { ImapTracker } from './tracker.ts';

/** Servers say in their own words that an account has too many connections. */
const NO_ROOM = /too many|maximum number|simultaneous/i;
/** The time of ENABLE and ID. */
const TIMEOUT_MS = 10_000;

/** IMAP's seat in a mooring. */
export const seat: Seat = { protocol: 'imap', isShared: false, open, isFull };

async function open({ url, options }: Settings, { connector, signal }: OpenBerthOptions): Promise<Berth> {
  const settings = resolveOptions(url, { ...(options as ImapOptions), connector, signal });
  const { connection, greeting: text } = await openConnection(settings);
  const limit = limitOf({ signal, timeoutMs: TIMEOUT_MS });
  await connection.call('login', limit, () => connection.sendAhead());
  const { session, transport } = connection;
  const tracker = new ImapTracker(session.has('UNSELECT', 'IMAP4REV2'));
  const greeting = greetingOf(session, text);
  const { capabilities, enabled } = greeting;
  return {
    transport,
    greeting,
    terms: `${capabilities.join(' ')}; ${enabled.join(' ')}`,
    tracker,
    resetBytes: () => command('UNSELECT'),
    get isReset() {
      return tracker.isIdle;
    },
    checkBytes: () => command('NOOP'),
    goodbyeBytes: () => command('LOGOUT'),
  };
}

/** Clients' tags begin with A. */
function command(name: string): Uint8Array {
  return new TextEncoder().encode(`P1 ${name}\r\n`);
}

function isFull(error: unknown): boolean {
  if (!isFairleadError(error)) return false;
  const { code, message = '' } = error.server ?? {};
  return code === 'LIMIT' || NO_ROOM.test(message);
}
