// Numbers by chance that are the same in every run: a seeded generator, and the distributions of arrivals and of hold times.

/** A number from 0 up to 1. */
export type Random = () => number;

/** Mulberry32: 32 bits of state, enough for some millions of draws. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The time to the next event of a Poisson process. */
export function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random());
}

/** By how much the logarithms of hold times spread: the slowest of a hundred takes ten times the median. */
const SPREAD = 1;

/** The mean of `lognormal`, which is above the median, since a few take long. */
export function lognormalMean(median: number): number {
  return median * Math.exp(SPREAD ** 2 / 2);
}

/** How long a query takes. */
export function lognormal(random: Random, median: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(SPREAD * normal);
}

/** When callers come. `steady`: a Poisson process. `bursts`: two seconds of three times the rate among eight of half of it. */
export type Traffic = 'steady' | 'bursts';

/** The times of all arrivals, in milliseconds from 0. */
export function arrivals(random: Random, traffic: Traffic, perSecond: number, seconds: number): number[] {
  const times: number[] = [];
  const endMs = seconds * 1_000;
  const phases = traffic === 'steady' ? [{ factor: 1, ms: endMs }] : BURSTS;
  let from = 0;
  for (let i = 0; from < endMs; i += 1) {
    const { factor, ms } = phases[i % phases.length] as (typeof BURSTS)[number];
    const to = Math.min(endMs, from + (traffic === 'steady' ? ms : exponential(random, ms)));
    const gapMs = 1_000 / (perSecond * factor);
    for (let at = from + exponential(random, gapMs); at < to; at += exponential(random, gapMs))
      times.push(at);
    from = to;
  }
  return times;
}

const BURSTS = [
  { factor: 0.5, ms: 8_000 },
  { factor: 3, ms: 2_000 },
];
