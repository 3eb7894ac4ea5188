// Downloads that go on, and work that is done again while it gets ahead.
import { FairleadProblem } from '@fairlead/sdk';
import { describe, expect, it } from 'vitest';
import { rangeHeaders, readDownload } from '../../src/pages/files/store/download.ts';
import { Fetched } from '../../src/pages/files/transfers/jobs/fetched.ts';
import { mayPass, persistently } from '../../src/pages/files/transfers/persistent.ts';
import { MemoryStore } from './store.ts';

const { signal } = new AbortController();
const bytes = Uint8Array.from({ length: 5_000 }, (_, i) => i & 255);

function storeWith(breaksAt: number): MemoryStore {
  const store = new MemoryStore();
  store.files.set('/a', bytes);
  store.breaksAt = breaksAt;
  return store;
}

describe('Fetched', () => {
  it('goes on where it broke off', async () => {
    const store = storeWith(2_000);
    const fetched = new Fetched();
    await expect(fetched.read(store, '/a', () => undefined, signal)).rejects.toThrow(TypeError);
    expect([fetched.bytes, fetched.size]).toEqual([2_000, 5_000]);
    store.breaksAt = Number.POSITIVE_INFINITY;
    await fetched.read(store, '/a', () => undefined, signal);
    expect(store.calls).toEqual(['get /a 0', 'get /a 2000']);
    expect(Buffer.compare(await fetched.blob().bytes(), bytes)).toBe(0);
  });

  it('begins anew where the file has changed', async () => {
    const store = storeWith(2_000);
    const fetched = new Fetched();
    await expect(fetched.read(store, '/a', () => undefined, signal)).rejects.toThrow(TypeError);
    store.etag = '"2"';
    const changed = bytes.map((byte) => 255 - byte);
    store.files.set('/a', changed);
    store.breaksAt = Number.POSITIVE_INFINITY;
    await fetched.read(store, '/a', () => undefined, signal);
    expect(Buffer.compare(await fetched.blob().bytes(), changed)).toBe(0);
  });
});

describe('ranges', () => {
  it('are asked for', () => {
    expect(rangeHeaders({ start: 0, signal })).toEqual({});
    expect(rangeHeaders({ start: 7, etag: '"x"', signal })).toEqual({ Range: 'bytes=7-', 'If-Range': '"x"' });
    expect(rangeHeaders({ start: 0, end: 10, signal })).toEqual({ Range: 'bytes=0-9' });
  });

  it('are read', () => {
    const headers = { 'Content-Range': 'bytes 7-9/10', 'Content-Length': '3', ETag: '"x"' };
    expect(readDownload(new Response('789', { headers }))).toMatchObject({ start: 7, size: 10, etag: '"x"' });
    expect(readDownload(new Response('0', { headers: { 'Content-Length': '1' } }))).toMatchObject({
      start: 0,
      size: 1,
    });
    expect(readDownload(new Response('0')).size).toBeUndefined();
  });
});

describe('persistently', () => {
  const passing = () => new FairleadProblem({ code: 'network', detail: 'gone' });

  async function attempts(failures: readonly unknown[], progress: (attempt: number) => number) {
    let count = 0;
    const waits: number[] = [];
    const attempt = async () => {
      count += 1;
      const failure = failures[count - 1];
      if (failure !== undefined) throw failure;
    };
    const wait = async (ms: number) => void waits.push(ms);
    const work = persistently(attempt, { progress: () => progress(count), wait, signal });
    return {
      error: await work.then(
        () => undefined,
        (error: unknown) => error,
      ),
      count,
      waits,
    };
  }

  it('tries again while it gets ahead', async () => {
    const { error, count } = await attempts(Array.from({ length: 9 }, passing), (attempt) => attempt);
    expect([error, count]).toEqual([undefined, 10]);
  });

  it('gives up without progress, waiting longer each time', async () => {
    const { error, count, waits } = await attempts(Array.from({ length: 9 }, passing), () => 0);
    expect(error).toBeInstanceOf(FairleadProblem);
    expect([count, waits]).toEqual([3, [1_000, 2_000]]);
  });

  it('gives up at once where waiting does not help', async () => {
    const { count } = await attempts([new FairleadProblem({ code: 'forbidden', detail: 'no' })], () => 0);
    expect(count).toBe(1);
    expect(mayPass(new TypeError('network error'))).toBe(true);
    expect(mayPass(new Error('other'))).toBe(false);
  });
});
