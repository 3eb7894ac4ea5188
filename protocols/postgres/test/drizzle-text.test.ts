// Dates, times and intervals for Drizzle: back from ISO 8601 to what the server wrote. The pairs are the server's own.
import { describe, expect, it } from 'vitest';
import { asServerText } from '../src/drivers/drizzle/server-text.ts';

const DATE = 1082;
const DATES = 1182;
const TIMESTAMP = 1114;
const TIMESTAMPTZ = 1184;
const TIMETZ = 1266;
const INTERVAL = 1186;
const TEXT = 25;

describe('server text', () => {
  it.each([
    [DATE, '2024-02-29', '2024-02-29'],
    [DATE, '0044-03-15 BC', '0044-03-15 BC'],
    [DATE, '12345-01-01', '12345-01-01'],
    [DATE, 'infinity', 'infinity'],
    [TIMESTAMP, '2024-02-29T12:34:56.123456', '2024-02-29 12:34:56.123456'],
    [TIMESTAMP, '0044-03-15T00:00:00 BC', '0044-03-15 00:00:00 BC'],
    [TIMESTAMPTZ, '294276-12-31T23:59:59.5Z', '294276-12-31 23:59:59.5+00'],
    [TIMESTAMPTZ, '0044-03-15T00:00:00+01:00 BC', '0044-03-15 00:00:00+01 BC'],
    [TIMESTAMPTZ, '2024-02-29T12:34:56Z', '2024-02-29 12:34:56+00'],
    [TIMESTAMPTZ, '2024-02-29T12:34:56.5+05:30', '2024-02-29 12:34:56.5+05:30'],
    [TIMESTAMPTZ, '2024-02-29T12:34:56-08:00', '2024-02-29 12:34:56-08'],
    [TIMESTAMPTZ, '1850-01-01T00:00:00-00:01:15', '1850-01-01 00:00:00-00:01:15'],
    [TIMESTAMPTZ, '-infinity', '-infinity'],
    [TIMETZ, '12:34:56.5+02:00', '12:34:56.5+02'],
    [TIMETZ, '12:34:56Z', '12:34:56+00'],
    [INTERVAL, 'PT0S', '00:00:00'],
    [INTERVAL, 'P1Y', '1 year'],
    [INTERVAL, 'P1Y2M3DT4H5M6.789S', '1 year 2 mons 3 days 04:05:06.789'],
    [INTERVAL, 'P1Y-2DT3H4M5.5S', '1 year -2 days +03:04:05.5'],
    [INTERVAL, 'P-1Y2M', '-1 years +2 mons'],
    [INTERVAL, 'PT-4H-5M-6.7S', '-04:05:06.7'],
    [INTERVAL, 'PT-0.5S', '-00:00:00.5'],
    [INTERVAL, 'PT100H', '100:00:00'],
    [INTERVAL, 'infinity', 'infinity'],
    [TEXT, '2024-02-29T12:34:56Z', '2024-02-29T12:34:56Z'],
  ])('%i: %s', (oid, iso, text) => {
    expect(asServerText([{ name: 'v', type: '', oid }], [[iso], [null]])).toEqual([[text], [null]]);
  });

  it('in arrays of any depth', () => {
    const rows = [
      [
        [
          ['0044-03-15 BC', null],
          ['2024-02-29', 'infinity'],
        ],
      ],
    ];
    expect(asServerText([{ name: 'v', type: '', oid: DATES }], rows)).toEqual([
      [
        [
          ['0044-03-15 BC', null],
          ['2024-02-29', 'infinity'],
        ],
      ],
    ]);
  });
});
