// What the samples of a target say together. Pure.
import type { PingPart, Round } from './rounds.ts';

/** Times in milliseconds; percentiles by nearest rank. */
export interface Figures {
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** A target's samples. */
export interface PingStatistics {
  readonly sent: number;
  readonly received: number;
  /** From 0 to 1. */
  readonly loss: number;
  /** Undefined where nothing came back. */
  readonly figures: Figures | undefined;
  /** Of the last lost sample. */
  readonly error: string | undefined;
}

/** The statistics of a target. @param place Of the target. */
export function statisticsOf(rounds: readonly Round[], place: number, part: PingPart): PingStatistics {
  const samples = rounds.flatMap((round) => round.samples.get(place) ?? []);
  const times = samples.flatMap((sample) => sample[part] ?? []);
  const sent = samples.length;
  return {
    sent,
    received: times.length,
    loss: sent === 0 ? 0 : 1 - times.length / sent,
    figures: figuresOf(times),
    error: samples.findLast(({ error }) => error !== undefined)?.error,
  };
}

/** Undefined where there are no times. */
export function figuresOf(times: readonly number[]): Figures | undefined {
  if (times.length === 0) return undefined;
  const sorted = times.toSorted((a, b) => a - b);
  const rank = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { min: rank(0), p50: rank(0.5), p90: rank(0.9), p99: rank(0.99), max: rank(1) };
}
