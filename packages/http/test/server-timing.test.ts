// The header that says where a request's time went.
import { FairleadError } from '@fairlead/errors';
import type { Transport } from '@fairlead/transport';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RequestTiming } from '../src/operations/server-timing.ts';
import { ENV, post, sampleApp } from './sample.ts';

const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

describe('the time of a request', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Takes steps of time, and gives the header's value. */
  async function after(steps: (timing: RequestTiming) => Promise<unknown>): Promise<string | undefined> {
    const timing = new RequestTiming();
    const done = steps(timing).catch(() => undefined);
    await vi.runAllTimersAsync();
    await done;
    return timing.header();
  }

  it('is not told where no target was reached for', async () => {
    expect(await after(() => later(5))).toBeUndefined();
  });

  it('is the connection’s, then the server’s', async () => {
    const header = await after(async (timing) => {
      await later(100);
      await timing.opening(later(20));
      await later(30);
      // A second connection of the same request.
      await timing.opening(later(5));
    });
    expect(header).toBe('connect;dur=20, query;dur=35');
  });

  it('counts a client’s login to the connection, and its dial once', async () => {
    const header = await after(async (timing) => {
      const dial = timing.watch(async () => {
        await later(20);
        return {} as Transport;
      });
      await timing.opening(dial({ hostname: 'a.test', port: 1 }).then(() => later(10)));
      await later(7);
    });
    expect(header).toBe('connect;dur=30, query;dur=7');
  });

  it('is the connection’s alone where none came about', async () => {
    const failing = later(20).then(() => Promise.reject(new Error('refused')));
    expect(await after((timing) => timing.opening(failing))).toBe('connect;dur=20');
  });

  it('is the connection’s alone where its login fails', async () => {
    const header = await after(async (timing) => {
      const dial = timing.watch(async () => {
        await later(20);
        return {} as Transport;
      });
      const login = dial({ hostname: 'a.test', port: 1 })
        .then(() => later(10))
        .then(() => Promise.reject(new Error('wrong password')));
      await timing.opening(login);
    });
    expect(header).toBe('connect;dur=30');
  });

  it('is the connection’s where a pool could open none', async () => {
    const header = await after(async (timing) => {
      const tell = timing.pooled();
      await timing.opening(later(0));
      await later(50);
      tell({ waitMs: 10 });
      timing.unopened();
    });
    expect(header).toBe('wait;dur=10, connect;dur=40');
  });

  it('is what a pool tells, and the rest is the server’s', async () => {
    const header = await after(async (timing) => {
      const tell = timing.pooled();
      await timing.opening(later(4));
      await later(50);
      tell({ waitMs: 10, connectMs: 25 });
      tell({});
    });
    expect(header).toBe('wait;dur=10, connect;dur=25, query;dur=19');
  });

  it('is all waiting where the pool had no connection free', async () => {
    const header = await after(async (timing) => {
      timing.pooled();
      await later(50);
      timing.refused();
    });
    expect(header).toBe('wait;dur=50');
  });
});

describe('the header', () => {
  const app = sampleApp({ log: [], use: async () => later(20) });
  const cors = { ...ENV, FAIRLEAD_CORS: ['https://app.example.com'] };

  it('stands on answers that have reached a target, failures too', async () => {
    const good = await app.request('/demo/do', post({ word: 'x' }), ENV);
    expect(good.headers.get('server-timing')).toMatch(/^connect;dur=\d+, query;dur=\d\d+$/);
    const failing = sampleApp({ log: [], use: async () => Promise.reject(new Error('no')) });
    const silent = vi.spyOn(console, 'error').mockImplementation(() => {});
    const failed = await failing.request('/demo/do', post({ word: 'x' }), ENV);
    silent.mockRestore();
    expect(failed.status).toBe(500);
    expect(failed.headers.get('server-timing')).toMatch(/^connect;dur=\d+, query;dur=\d+$/);
  });

  it.each(['auth', 'connect_failed', 'tls_failed'] as const)(
    'tells an error %s as the connection’s',
    async (code) => {
      const failing = sampleApp({
        log: [],
        use: async () => Promise.reject(new FairleadError(code, 'refused')),
      });
      const silent = vi.spyOn(console, 'error').mockImplementation(() => {});
      const failed = await failing.request('/demo/do', post({ word: 'x' }), ENV);
      silent.mockRestore();
      expect(failed.headers.get('server-timing')).toMatch(/^connect;dur=\d+$/);
    },
  );

  it('stands on no other', async () => {
    const refused = await app.request('/demo/do', post({ wrong: 'x' }), ENV);
    expect(refused.status).toBe(400);
    expect(refused.headers.get('server-timing')).toBeNull();
  });

  it('may be read by the pages that may call', async () => {
    const headers = { Origin: 'https://app.example.com' };
    const answer = await app.request('/demo/do', post({ word: 'x' }, headers), cors);
    expect(answer.headers.get('access-control-expose-headers')).toContain('Server-Timing');
    expect(answer.headers.get('timing-allow-origin')).toBe('https://app.example.com');
    const other = await app.request(
      '/demo/do',
      post({ word: 'x' }, { Origin: 'https://evil.example' }),
      cors,
    );
    expect(other.headers.get('timing-allow-origin')).toBeNull();
  });
});
