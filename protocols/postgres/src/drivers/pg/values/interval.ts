// Intervals as `pg` has them: objects with the units that are not 0. It reads IntervalStyle `postgres`, the server's default.

const INTERVAL =
  /^(?:([+-]?\d+) years?)? ?(?:([+-]?\d+) mons?)? ?(?:([+-]?\d+) days?)? ?(?:([+-])?(\d+):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?$/;

/** The units of an interval. A unit that is 0 is absent. */
export interface IntervalUnits {
  years?: number;
  months?: number;
  days?: number;
  hours?: number;
  minutes?: number;
  seconds?: number;
  milliseconds?: number;
}

type Unit = keyof IntervalUnits;

const DATE_UNITS = [
  ['years', 'Y'],
  ['months', 'M'],
  ['days', 'D'],
] as const;
const TIME_UNITS = [
  ['hours', 'H'],
  ['minutes', 'M'],
  ['seconds', 'S'],
] as const;

/** An interval, as the package `postgres-interval` makes it for `pg`. */
export class PostgresInterval implements IntervalUnits {
  declare years?: number;
  declare months?: number;
  declare days?: number;
  declare hours?: number;
  declare minutes?: number;
  declare seconds?: number;
  declare milliseconds?: number;

  constructor(units: IntervalUnits = {}) {
    Object.assign(this, units);
  }

  /** As a parameter has it: `1 years 2 days 3.5 seconds`. */
  toPostgres(): string {
    const parts = [...DATE_UNITS, ...TIME_UNITS].flatMap(([unit]) => {
      const value = unit === 'seconds' ? this.#seconds(true) : this[unit];
      return value === undefined ? [] : [`${value} ${unit}`];
    });
    return parts.length === 0 ? '0' : parts.join(' ');
  }

  /** ISO 8601, all units: `P1Y0M2DT0H0M3.5S`. */
  toISOString(): string {
    const date = DATE_UNITS.map(([unit, letter]) => `${this[unit] ?? 0}${letter}`);
    const time = TIME_UNITS.map(
      ([unit, letter]) => `${(unit === 'seconds' ? this.#seconds(false) : this[unit]) ?? 0}${letter}`,
    );
    return `P${date.join('')}T${time.join('')}`;
  }

  /** As `toISOString`. */
  toISO(): string {
    return this.toISOString();
  }

  /** The seconds with their fraction; undefined where both are absent. */
  #seconds(short: boolean): string | number | undefined {
    const { seconds, milliseconds } = this;
    if (!milliseconds) return seconds;
    const text = ((seconds ?? 0) + milliseconds / 1000).toFixed(6);
    return text.replace(short ? /\.?0+$/ : /0+$/, '');
  }
}

/** Reads `1 year -2 days +03:04:05.5`. An interval in another IntervalStyle has no units. */
export function parseInterval(text: string): PostgresInterval {
  const [, years, months, days, sign, hours, minutes, seconds, fraction = ''] = INTERVAL.exec(text) ?? [];
  const factor = sign === '-' ? -1 : 1;
  const units: readonly (readonly [Unit, number])[] = [
    ['years', Number(years ?? 0)],
    ['months', Number(months ?? 0)],
    ['days', Number(days ?? 0)],
    ['hours', factor * Number(hours ?? 0)],
    ['minutes', factor * Number(minutes ?? 0)],
    ['seconds', factor * Number(seconds ?? 0)],
    ['milliseconds', (factor * Number(fraction.padEnd(6, '0'))) / 1000],
  ];
  return new PostgresInterval(Object.fromEntries(units.filter(([, value]) => value !== 0)));
}
