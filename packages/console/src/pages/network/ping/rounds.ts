// The samples of several targets, round by round, and what they say together. Pure.

/** One sample, as a line of the gateway's answer has it. */
export interface PingSample {
  readonly connection?: string;
  readonly address?: string;
  /** From 1, within one request. */
  readonly n: number;
  readonly tcpMs?: number;
  readonly tlsMs?: number;
  /** The code of why it is lost. */
  readonly error?: string;
}

/** The samples of one round, by the place of their target. */
export interface Round {
  readonly number: number;
  /** When its first sample came, in seconds since the epoch. */
  readonly at: number;
  readonly samples: ReadonlyMap<number, PingSample>;
}

/** Which of a sample's times. */
export type PingPart = 'tcpMs' | 'tlsMs';

/** Older rounds are forgotten. */
export const MAX_ROUNDS = 600;

/** With a further sample. @param number Of its round, over all requests. @param place Of its target. */
export function withSample(
  rounds: readonly Round[],
  number: number,
  place: number,
  sample: PingSample,
  at: number,
): readonly Round[] {
  // Rounds begin in their order; only the last few are still open.
  let i = rounds.length - 1;
  while (i >= 0 && (rounds[i]?.number ?? 0) > number) i -= 1;
  const known = rounds[i];
  if (known?.number === number) {
    const changed = { ...known, samples: new Map(known.samples).set(place, sample) };
    return rounds.with(i, changed);
  }
  const first = { number, at: Math.max(at, known?.at ?? at), samples: new Map([[place, sample]]) };
  return rounds.toSpliced(i + 1, 0, first).slice(-MAX_ROUNDS);
}

/** The chart's data: times, and for each target its values, lost ones as gaps. */
export function seriesOf(
  rounds: readonly Round[],
  targets: number,
  part: PingPart,
): { readonly x: readonly number[]; readonly values: readonly (readonly (number | null)[])[] } {
  const x = rounds.map(({ at }) => at);
  const values = Array.from({ length: targets }, (_, place) =>
    rounds.map(({ samples }) => samples.get(place)?.[part] ?? null),
  );
  return { x, values };
}
