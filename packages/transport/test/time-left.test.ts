// One time for connecting and for TLS: the second stage has what the first has left.
import { expect, it } from 'vitest';
import { connectTimeoutOf, withTimeLeft } from '../src/core/connect-timeout.ts';

it('leaves startTls what connecting did not use', () => {
  const left = withTimeLeft({ tls: 'starttls', connectTimeoutMs: 1_000 }, Date.now() - 700);
  expect(left.tls).toBe('starttls');
  expect(left.connectTimeoutMs).toBeGreaterThan(0);
  expect(left.connectTimeoutMs).toBeLessThanOrEqual(300);
  expect(withTimeLeft({ connectTimeoutMs: 1_000 }, Date.now() - 5_000).connectTimeoutMs).toBe(1);
  expect(withTimeLeft({ connectTimeoutMs: Number.POSITIVE_INFINITY }, 0).connectTimeoutMs).toBe(
    Number.POSITIVE_INFINITY,
  );
});

it('takes 10 s where nothing is said, and refuses what is no time', () => {
  expect(connectTimeoutOf({})).toBe(10_000);
  expect(() => connectTimeoutOf({ connectTimeoutMs: -5 })).toThrow(
    /connectTimeoutMs is a number of milliseconds/,
  );
});
