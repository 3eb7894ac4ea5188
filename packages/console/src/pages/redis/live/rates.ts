// How many messages each channel has brought, and how many a second lately.

/** Seconds that a rate is the mean of. */
const WINDOW = 5;
/** More channels are counted together. */
const MAX_CHANNELS = 1_000;
const OTHERS = 'all others';

/** What is known of a channel. */
export interface ChannelRate {
  readonly channel: string;
  readonly count: number;
  readonly perSecond: number;
}

/** Counts by channel. Its clock is the caller's: `tick` once a second. */
export class Rates {
  readonly #channels = new Map<string, { count: number; seconds: number[] }>();

  /** Counts a message. */
  add(channel: string): void {
    const name = this.#channels.has(channel) || this.#channels.size < MAX_CHANNELS ? channel : OTHERS;
    const known = this.#channels.get(name) ?? { count: 0, seconds: [0] };
    known.count++;
    known.seconds[0] = (known.seconds[0] ?? 0) + 1;
    this.#channels.set(name, known);
  }

  /** A second has passed. */
  tick(): void {
    for (const known of this.#channels.values()) known.seconds = [0, ...known.seconds.slice(0, WINDOW)];
  }

  /** The channels, those with most messages first. */
  list(): readonly ChannelRate[] {
    return [...this.#channels]
      .map(([channel, { count, seconds }]) => {
        const whole = seconds.slice(1);
        const sum = whole.reduce((total, each) => total + each, 0);
        return { channel, count, perSecond: whole.length === 0 ? 0 : sum / whole.length };
      })
      .sort((a, b) => b.count - a.count);
  }

  /** Forgets all. */
  clear(): void {
    this.#channels.clear();
  }
}
