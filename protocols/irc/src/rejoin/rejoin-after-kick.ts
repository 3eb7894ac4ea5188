// Joins a channel again that this client was kicked from. A function of its own, which a bundler leaves out if it is not
// imported. It sends nothing by itself and reads no clock.
import { usage } from '@fairlead/errors';
import { checkTimeMs } from '@fairlead/transport';
import type { JoinParams, Rejoin, RejoinPolicy } from '../session/channels/rejoin.ts';
import type { IrcEvent } from '../types.ts';
import { checkObject } from '../wire/argument-checks.ts';

/** Options of joining again after a KICK. */
export interface RejoinOptions {
  /** The wait before the first attempt, in milliseconds; each further wait is twice as long. Default 2,000. */
  readonly delayMs?: number | undefined;
  /** The longest wait before an attempt, in milliseconds. Default 60,000. */
  readonly maxDelayMs?: number | undefined;
  /** How many attempts there are after one KICK. Default 5. */
  readonly maxAttempts?: number | undefined;
}

/**
 * A value for the option `rejoin`: after a KICK the channel is joined again, with the key that it was joined with. PART
 * cancels it. Whether it succeeds is seen from the event `join`.
 * @throws FairleadError `usage`.
 * @example
 * ```ts
 * import { connect, rejoinAfterKick } from '@fairlead/irc';
 *
 * await using irc = await connect('ircs://bot@irc.example.net/#deploys', {
 *   rejoin: rejoinAfterKick({ delayMs: 5_000, maxAttempts: 3 }),
 * });
 * ```
 */
export function rejoinAfterKick(options: RejoinOptions = {}): RejoinPolicy {
  const { delayMs = 2000, maxDelayMs = 60_000, maxAttempts = 5 } = checkObject(options, 'The options');
  checkTimeMs('delayMs', delayMs);
  checkTimeMs('maxDelayMs', maxDelayMs);
  if (!(Number.isSafeInteger(maxAttempts) && maxAttempts > 0)) {
    throw usage('maxAttempts must be a whole number above 0');
  }
  return (fold) => new KickedChannels({ delayMs, maxDelayMs, maxAttempts }, fold);
}

interface KickedChannel {
  readonly channel: string;
  readonly key: string | undefined;
  attempts: number;
  /** When the next attempt is due; Infinity while one is under way. */
  at: number;
}

/** Channels that wait to be joined again at most: a server may tell of any number of KICKs. */
const MAX_KICKED = 1_000;

/** The channels that one connection will join again. */
class KickedChannels implements Rejoin {
  readonly #delayMs: number;
  readonly #maxDelayMs: number;
  readonly #maxAttempts: number;
  /** By folded name. */
  readonly #kicked: Map<string, KickedChannel> = new Map();
  readonly #keys: Map<string, string> = new Map();
  readonly #fold: (name: string) => string;

  constructor(options: { readonly [K in keyof RejoinOptions]-?: number }, fold: (name: string) => string) {
    this.#delayMs = options.delayMs;
    this.#maxDelayMs = options.maxDelayMs;
    this.#maxAttempts = options.maxAttempts;
    this.#fold = fold;
  }

  onCommand(command: string, [channels = '', keys = '']: readonly string[]): void {
    const verb = command.toUpperCase();
    if (verb !== 'JOIN' && verb !== 'PART') return;
    const keyList = keys.split(',');
    for (const [index, channel] of channels.split(',').entries()) {
      const name = this.#fold(channel);
      const key = keyList[index];
      if (verb === 'PART') this.#forget(name);
      else if (key) this.#keys.set(name, key);
    }
  }

  onEvent(event: IrcEvent, now: number): void {
    if (event.type === 'join' && event.self) this.#kicked.delete(this.#fold(event.channel));
    if (event.type !== 'kick' || !event.me) return;
    const name = this.#fold(event.channel);
    if (this.#kicked.size >= MAX_KICKED && !this.#kicked.has(name)) return;
    const kicked = { channel: event.channel, key: this.#keys.get(name), attempts: 0, at: now };
    this.#kicked.set(name, kicked);
    this.#schedule(kicked, now);
  }

  takeDue(now: number): JoinParams[] {
    const due: JoinParams[] = [];
    for (const kicked of this.#kicked.values()) {
      if (kicked.at > now) continue;
      kicked.at = Number.POSITIVE_INFINITY;
      due.push(kicked.key === undefined ? [kicked.channel] : [kicked.channel, kicked.key]);
    }
    return due;
  }

  onAttemptEnded(channel: string, now: number): void {
    const kicked = this.#kicked.get(this.#fold(channel));
    // Another KICK meanwhile has scheduled its own attempt.
    if (kicked?.at === Number.POSITIVE_INFINITY) this.#schedule(kicked, now);
  }

  wakeAt(): number {
    let at = Number.POSITIVE_INFINITY;
    for (const kicked of this.#kicked.values()) at = Math.min(at, kicked.at);
    return at;
  }

  #schedule(kicked: KickedChannel, now: number): void {
    if (kicked.attempts >= this.#maxAttempts) {
      this.#kicked.delete(this.#fold(kicked.channel));
      return;
    }
    kicked.at = now + Math.min(this.#delayMs * 2 ** kicked.attempts, this.#maxDelayMs);
    kicked.attempts += 1;
  }

  #forget(name: string): void {
    this.#kicked.delete(name);
    this.#keys.delete(name);
  }
}
