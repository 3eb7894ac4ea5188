// What a chart shows. Types only.

/** One line of a chart. */
export interface Line {
  readonly name: string;
  /** A custom property of the page's colours: `--line-1` to `--line-6`. */
  readonly color: string;
  /** As it is said: `12.4 ms`. */
  readonly format: (value: number) => string;
  /** Tells it from another one of the same colour. Default false. */
  readonly isDashed?: boolean;
}

/** A chart's data and words. */
export interface ChartProps {
  /** Said to those who do not see it: what it shows. Its last values are in the table below it. */
  readonly label: string;
  /** Seconds since the epoch, or another number, ascending. */
  readonly x: readonly number[];
  /** By line; `null` is a gap. */
  readonly values: readonly (readonly (number | null)[])[];
  readonly lines: readonly Line[];
  /** Default true: `x` is seconds since the epoch. */
  readonly isTime?: boolean;
}
