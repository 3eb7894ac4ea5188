// What a chart shows of the benches' results: how many times each peer's rate ours is. It reads no file.
import type { Outcome } from '../rounds.ts';

/** What `--json` has written, as far as the chart needs it. */
export interface Result {
  readonly bench: string;
  readonly about: string;
  readonly outcomes: readonly Pick<Outcome, 'name' | 'subjects' | 'median'>[];
}

/** One bar: ours beside one peer. */
export interface Bar {
  readonly peer: string;
  /** Ours divided by theirs: above 1 ours is faster. */
  readonly ratio: number;
}

/** One scenario with a bar for each peer. */
export interface Group {
  readonly name: string;
  readonly bars: readonly Bar[];
}

/** A bench, and its scenarios. */
export interface Chapter {
  readonly bench: string;
  readonly groups: readonly Group[];
}

/** The chapters in the order of their names; scenarios without a peer are left out. */
export function chapters(results: readonly Result[]): readonly Chapter[] {
  return [...results]
    .sort((one, other) => one.bench.localeCompare(other.bench))
    .map(({ bench, outcomes }) => ({
      bench,
      groups: outcomes.map(groupOf).filter(({ bars }) => bars.length > 0),
    }));
}

function groupOf({ name, subjects, median }: Result['outcomes'][number]): Group {
  const [ours = '', ...peers] = subjects;
  const own = median[ours] ?? Number.NaN;
  const bars = peers.flatMap((peer) => {
    const ratio = own / (median[peer] ?? Number.NaN);
    return Number.isFinite(ratio) && ratio > 0 ? [{ peer, ratio }] : [];
  });
  return { name, bars };
}
