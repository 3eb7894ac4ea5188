// What an object does with flights: of callers that have gone, of those that were greeted in other terms, of bytes that its
// tracker refuses, and with secrets that change.
import { FairleadError } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import { Dock } from '../src/object/dock.ts';
import type { Flight, PoolName, Seat, Settings } from '../src/types.ts';
import { pause, pooled } from './support.ts';

const encoder = new TextEncoder();

function dockOf(options: Parameters<typeof pooled>[0] = {}, change: (seat: Seat) => Seat = (seat) => seat) {
  const { server, seat, limits } = pooled(options);
  const dock = new Dock(new Map([['lines', change(seat)]]), undefined);
  const pool: PoolName = { protocol: 'lines', settings: { url: '', options: {} }, limits };
  const flight = (line: string, more: Partial<Flight> = {}): Flight => ({
    id: line,
    bytes: encoder.encode(`${line}\n`),
    trace: 'clean',
    owed: 1,
    terms: 'terms',
    timeoutMs: 1_000,
    ...more,
  });
  return { server, dock, pool, flight };
}

describe('an object', () => {
  it.each(['cancel', 'abandon'] as const)(
    'sends nothing of a caller that waits and has gone: %s',
    async (how) => {
      const { server, dock, pool, flight } = dockOf({ max: 1 });
      const { loan } = await dock.exchange(flight('first', { trace: 'session' }), pool);
      const waiting = dock.exchange(flight('second'));
      await dock[how]('second');
      expect(await waiting).toMatchObject({ isOver: true, error: { code: 'aborted', safeToRetry: true } });
      await loan?.end();
      await pause(20);
      expect(server.asked).not.toContain('second');
    },
  );

  it('sends nothing to a server in other terms than the caller was greeted in', async () => {
    const { server, dock, pool, flight } = dockOf();
    await dock.exchange(flight('a'), pool);
    const stale = await dock.exchange(flight('b', { terms: 'older' }));
    expect(stale).toMatchObject({ isStale: true, error: { code: 'connection_lost', safeToRetry: true } });
    expect(await dock.exchange(flight('c'))).toMatchObject({ isOver: true });
    expect(server.asked).toEqual(['a', 'c']);
    expect(server.opened).toHaveLength(1);
  });

  it('ends a connection whose tracker refuses what is to be sent', async () => {
    const refusing = (seat: Seat): Seat => ({
      ...seat,
      async open(...call) {
        const berth = await seat.open(...call);
        const { tracker } = berth;
        const sent = tracker.sent.bind(tracker);
        tracker.sent = (bytes, owed) => {
          if (new TextDecoder().decode(bytes) === 'bad\n') throw new FairleadError('protocol', 'refused');
          sent(bytes, owed);
        };
        return berth;
      },
    });
    const { server, dock, pool, flight } = dockOf({ max: 1 }, refusing);
    expect(await dock.exchange(flight('bad'), pool)).toMatchObject({ error: { code: 'protocol' } });
    expect(await dock.exchange(flight('good'))).toMatchObject({ isOver: true });
    expect(server.asked).toEqual(['good']);
    expect(dock.stats).toMatchObject({ open: 1, inUse: 0 });
  });

  it('refuses callers once too many bytes wait', async () => {
    const { dock, pool, flight } = dockOf({ max: 1 });
    const { loan } = await dock.exchange(flight('first', { trace: 'session' }), pool);
    const bytes = new Uint8Array(10_000_000);
    const waiting = dock.exchange(flight('second', { bytes }));
    expect(await dock.exchange(flight('third', { bytes }))).toMatchObject({ error: { code: 'overloaded' } });
    await dock.abandon('second');
    await waiting;
    await loan?.end();
  });

  it('logs in with the latest secret', async () => {
    const seen: unknown[] = [];
    const { dock, pool, flight } = dockOf({ max: 1 }, (seat) => ({
      ...seat,
      open(settings: Settings, options) {
        seen.push(settings.options.password);
        return seat.open(settings, options);
      },
    }));
    const withSecret = (password: string): PoolName => ({
      ...pool,
      settings: { url: '', options: { password } },
    });
    await dock.exchange(flight('a'), withSecret('one'));
    await dock.exchange(flight('b'), withSecret('two'));
    expect(dock.drain()).toBe(1);
    await dock.exchange(flight('c'));
    expect(seen).toEqual(['one', 'two']);
  });
});
