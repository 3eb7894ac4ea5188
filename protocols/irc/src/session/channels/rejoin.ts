// When to join a channel again that this client was kicked from. It sends nothing and reads no clock.

/** Options of joining again after a KICK. */
export interface RejoinOptions {
  /** The wait before the first attempt, in milliseconds; each further wait is twice as long. Default 2,000. */
  readonly delayMs?: number | undefined;
  /** The longest wait before an attempt, in milliseconds. Default 60,000. */
  readonly maxDelayMs?: number | undefined;
  /** How many attempts there are after one KICK. Default 5. */
  readonly maxAttempts?: number | undefined;
}

interface KickedChannel {
  readonly channel: string;
  readonly key: string | undefined;
  attempts: number;
  /** When the next attempt is due; Infinity while one is under way. */
  at: number;
}

/** The channels that one connection will join again. */
export class Rejoin {
  readonly #delayMs: number;
  readonly #maxDelayMs: number;
  readonly #maxAttempts: number;
  /** By folded name. */
  readonly #kicked: Map<string, KickedChannel> = new Map();
  readonly #keys: Map<string, string> = new Map();
  readonly #fold: (name: string) => string;

  /** @param fold Makes two names of one channel equal. */
  constructor(options: RejoinOptions, fold: (name: string) => string) {
    this.#delayMs = options.delayMs ?? 2000;
    this.#maxDelayMs = options.maxDelayMs ?? 60_000;
    this.#maxAttempts = options.maxAttempts ?? 5;
    this.#fold = fold;
  }

  /** Takes a command that the caller sends: a JOIN gives the channels' keys, and a PART cancels joining again. */
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

  /** This client was kicked. */
  onKick(channel: string, now: number): void {
    const name = this.#fold(channel);
    const kicked = { channel, key: this.#keys.get(name), attempts: 0, at: now };
    this.#kicked.set(name, kicked);
    this.#schedule(kicked, now);
  }

  /** This client is in the channel again, by whatever JOIN. */
  onJoin(channel: string): void {
    this.#kicked.delete(this.#fold(channel));
  }

  /** An attempt is over. If it has not led into the channel, the next one is scheduled. */
  onAttemptEnded(channel: string, now: number): void {
    const kicked = this.#kicked.get(this.#fold(channel));
    // Another KICK meanwhile has scheduled its own attempt.
    if (kicked?.at === Number.POSITIVE_INFINITY) this.#schedule(kicked, now);
  }

  /** The parameters of each JOIN that is due. */
  takeDue(now: number): [channel: string, ...key: string[]][] {
    const due: [channel: string, ...key: string[]][] = [];
    for (const kicked of this.#kicked.values()) {
      if (kicked.at > now) continue;
      kicked.at = Number.POSITIVE_INFINITY;
      due.push(kicked.key === undefined ? [kicked.channel] : [kicked.channel, kicked.key]);
    }
    return due;
  }

  /** When the next attempt is due; Infinity for none. */
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
