// What tunnels carry, from counters; and which servers can be chosen.
import { describe, expect, it } from 'vitest';
import { readAddresses } from '../../src/pages/network/targets/target.ts';
import {
  lastOf,
  MAX_READINGS,
  type Reading,
  ratesOf,
  withReading,
} from '../../src/pages/network/tunnels/rates.ts';
import { streamCounts } from '../../src/pages/network/tunnels/streams.ts';
import { readSamples } from '../../src/session/open-metrics.ts';

describe('rates', () => {
  it('are what was added, a second', () => {
    const readings: readonly Reading[] = [
      { at: 10, counts: [0, 100] },
      { at: 12, counts: [50, 100] },
      { at: 13, counts: [60, 400] },
    ];
    const { x, values } = ratesOf(readings, 2);
    expect({ x, values }).toEqual({
      x: [12, 13],
      values: [
        [25, 10],
        [0, 300],
      ],
    });
    expect(lastOf(values[1])).toBe(300);
  });

  it('leave a gap where a counter was begun anew', () => {
    const readings = [
      { at: 1, counts: [500] },
      { at: 2, counts: [3] },
      { at: 2, counts: [9] },
    ];
    expect(ratesOf(readings, 1).values).toEqual([[null, null]]);
    expect(lastOf([1, null])).toBeUndefined();
    expect(ratesOf([], 1)).toEqual({ x: [], values: [[]] });
  });

  it('forget the oldest readings', () => {
    let readings: readonly Reading[] = [];
    for (let at = 0; at < MAX_READINGS + 3; at += 1) readings = withReading(readings, { at, counts: [] });
    expect([readings.length, readings[0]?.at]).toEqual([MAX_READINGS, 3]);
  });
});

it('streams are counted by protocol, open ones and ended ones together', () => {
  const of = (name: string, protocol: string, more: string, value: number) =>
    `fairlead_${name}{scope="isolate",protocol="${protocol}"${more}} ${value}\n`;
  const text = [
    of('open_streams', 'admin', '', 0),
    of('open_streams', 'tcp', '', 2),
    of('stream_bytes_total', 'tcp', ',direction="in"', 5),
    of('open_stream_bytes', 'tcp', ',direction="in"', 7),
    of('open_stream_bytes', 'tcp', ',direction="out"', 9),
    of('open_streams', 'mqtt', '', 1),
  ].join('');
  expect(streamCounts(readSamples(text))).toEqual([
    { protocol: 'tcp', open: 2, bytesIn: 12, bytesOut: 9 },
    { protocol: 'mqtt', open: 1, bytesIn: 0, bytesOut: 0 },
  ]);
});

it('addresses have a host and a port', () => {
  expect(readAddresses('db.example.com:5432, [::1]:80\n10.0.0.1:25 db.example.com:5432')).toEqual({
    good: ['db.example.com:5432', '[::1]:80', '10.0.0.1:25'],
    bad: [],
  });
  expect(readAddresses('example.com ::1:80 http://x:80 a@b:1')).toEqual({
    good: [],
    bad: ['example.com', '::1:80', 'http://x:80', 'a@b:1'],
  });
});
