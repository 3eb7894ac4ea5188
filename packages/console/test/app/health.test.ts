// How a connection is, as the sidebar says it by its pool's figures.
import { expect, it } from 'vitest';
import { healthOf } from '../../src/app/sidebar/health.ts';

type Reports = Parameters<typeof healthOf>[0];

const figures = {
  shard: 0,
  running: true as const,
  open: 0,
  idle: 0,
  inUse: 0,
  opening: 0,
  waiting: 0,
  longestWaitMs: 0,
  oldestMs: 0,
  startedAt: '2026-01-01T00:00:00Z',
  opened: 0,
  borrowed: 0,
  overloaded: 0,
  timeouts: 0,
  failures: {},
  errors: {},
};

const reports = (members: object): Reports => {
  const shards = [{ ...figures, ...members }] as NonNullable<Reports[number]['shards']>;
  return [{ name: 'main', protocol: 'pg', host: 'db', port: 5432, pooled: true, shards }];
};

it.each([
  ['that is open', { open: 2, opened: 2 }, 'good', '2 open'],
  ['that callers wait for', { open: 2, opened: 2, waiting: 3 }, 'busy', '3 waiting'],
  ['that nobody has used', {}, 'idle', 'none open'],
  ['that could never be opened', { failures: { connect_failed: 2 } }, 'bad', 'cannot be opened'],
  [
    'that has failed once, and has rested since',
    { opened: 5, failures: { timeout: 1 } },
    'idle',
    'none open',
  ],
])('tells of a connection %s', (_, members, state, text) => {
  expect(healthOf(reports(members), 'main')).toEqual({ state, text });
});

it('says nothing of a connection without a pool', () => {
  expect(
    healthOf([{ name: 'main', protocol: 'pg', host: 'db', port: 5432, pooled: false }], 'main'),
  ).toBeUndefined();
  expect(healthOf([], 'main')).toBeUndefined();
});
