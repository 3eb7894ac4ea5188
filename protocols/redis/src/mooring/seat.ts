// How a pool opens, checks, resets and closes a connection to Redis.
import { isFairleadError } from '@fairlead/errors';
import type { AnswerTracker, Berth, OpenBerthOptions, Seat, Settings } from '@fairlead/mooring';
import { connect as runtimeConnector } from '@fairlead/transport';
import { encodeCommands, logIn } from '../connection/log-in.ts';
import { protocolError } from '../errors.ts';
import { resolveOptions, tlsOf } from '../options/options.ts';
import { Handshake, type Login } from '../session/handshake.ts';
import type { RedisOptions } from '../types.ts';
import type { Arg } from '../wire/messages.ts';
import { ReplyEnds } from './reply-ends.ts';

/** Redis' words for having no room: it has no code for that. */
const NO_ROOM = /max number of clients/;

/** Redis' seat in a mooring. */
export const seat: Seat = {
  protocol: 'redis',
  isShared: true,
  open,
  isFull: (error) => isFairleadError(error) && NO_ROOM.test(error.server?.message ?? ''),
};

async function open(
  { url, options }: Settings,
  { connector = runtimeConnector, signal }: OpenBerthOptions,
): Promise<Berth> {
  const settings = resolveOptions(url, options as RedisOptions);
  const { hostname = 'localhost', port = 6379, connectTimeoutMs } = settings;
  const login = settings as Login;
  const transport = await connector({ hostname, port }, { ...tlsOf(settings), signal, connectTimeoutMs });
  try {
    const greeting = await logIn(transport, login);
    const tracker = new RedisTracker();
    const reset = encode([['RESET'], ...new Handshake(login).steps]);
    return {
      transport,
      greeting,
      terms: String(greeting.protocol),
      tracker,
      resetBytes: () => tracker.expect(reset.count, reset.bytes),
      // A server without RESET keeps what was left: such a connection is not lent again.
      get isReset() {
        return !tracker.hasFailed;
      },
      checkBytes: () => tracker.expect(PING.count, PING.bytes),
      goodbyeBytes: () => QUIT.bytes,
    };
  } catch (error) {
    transport.destroy(error instanceof Error ? error : new Error('The login has failed.'));
    throw error;
  }
}

const PING = /* @__PURE__ */ encode([['PING']]);
const QUIT = /* @__PURE__ */ encode([['QUIT']]);

function encode(commands: readonly (readonly Arg[])[]): { bytes: Uint8Array; count: number } {
  return { bytes: encodeCommands(commands), count: commands.length };
}

/** Counts the replies that are owed. */
class RedisTracker implements AnswerTracker {
  readonly #replies = new ReplyEnds();
  #owed = 0;
  /** Whether subscriptions were sent. */
  #mayBeRefused = false;
  /** How many replies the bytes of the pool's own have that are sent next. */
  #ownCount = 0;

  /** Notes how many replies the pool's own bytes have. @returns The bytes. */
  expect(count: number, bytes: Uint8Array): Uint8Array {
    this.#ownCount = count;
    return bytes;
  }

  sent(_bytes: Uint8Array, owed: number = this.#ownCount): void {
    this.#replies.hasError = false;
    this.#owed += owed;
    this.#mayBeRefused ||= owed === 0;
  }

  received(bytes: Uint8Array): void {
    this.#replies.take(bytes);
    this.#owed -= this.ends.length;
    if (this.#owed >= 0) return;
    if (!this.#mayBeRefused || !this.#replies.hasError)
      throw protocolError('a reply that no command asked for');
    // A subscription has no reply but its refusal.
    this.#owed = 0;
  }

  /** Whether an error has come since the last `sent`. */
  get hasFailed(): boolean {
    return this.#replies.hasError;
  }

  get ends(): readonly number[] {
    return this.#replies.ends;
  }

  get owes(): boolean {
    return this.#owed > 0;
  }

  get isIdle(): boolean {
    return this.#owed === 0 && this.#replies.isWhole;
  }
}
