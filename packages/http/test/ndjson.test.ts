// NDJSON and the clients behind it: batches, backpressure, failures before and after the first line, cancelling.
import { FairleadError } from '@fairlead/errors';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ndjsonStream } from '../src/streams/ndjson.ts';
import { ENV, post, type Script, sampleApp, TOKEN } from './sample.ts';

const GET = { headers: { Authorization: `Bearer ${TOKEN}` } };

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
});

async function* lines(count: number, text = 'x'.repeat(99)): AsyncGenerator<string> {
  for (let i = 0; i < count; i++) yield text;
}

/** workerd warns of `text()` on a type that it does not know as text. */
async function textOf(response: Response): Promise<string> {
  return new TextDecoder().decode(await response.arrayBuffer());
}

/** Waits until the signal fires, and throws its reason, as every client does. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = () => reject(signal.reason);
    if (signal.aborted) fail();
    signal.addEventListener('abort', fail);
  });
}

describe('ndjsonStream', () => {
  it('sends chunks of about 64 KiB', async () => {
    const sizes: number[] = [];
    for await (const chunk of ndjsonStream(lines(2000))) sizes.push(chunk.length);
    expect(sizes).toEqual([65_600, 65_600, 65_600, 3200]);
  });

  it('pulls no further than it is read', async () => {
    let pulled = 0;
    async function* counted() {
      for await (const line of lines(10_000)) {
        pulled++;
        yield line;
      }
    }
    const reader = ndjsonStream(counted()).getReader();
    expect(pulled).toBe(0);
    await reader.read();
    expect(pulled).toBeLessThan(1400);
    await reader.cancel();
  });

  it('sends a line without waiting for a batch to fill', async () => {
    let release: (() => void) | undefined;
    async function* slow() {
      yield 'first';
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      yield 'second';
    }
    const reader = ndjsonStream(slow()).getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('first\n');
    release?.();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('second\n');
    expect((await reader.read()).done).toBe(true);
  });

  it('passes bytes on as they are, at once, behind the text before them', async () => {
    const bytes = (text: string) => new TextEncoder().encode(text);
    const rows = bytes('{"n":1}\n{"n":2}\n');
    async function* mixed() {
      yield '{"head":1}';
      yield rows;
      yield bytes('');
      yield bytes('{"n":3}\n');
      yield '{"tail":1}';
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of ndjsonStream(mixed())) chunks.push(chunk);
    expect(chunks[1]).toBe(rows);
    expect(chunks.map((chunk) => new TextDecoder().decode(chunk))).toEqual([
      '{"head":1}\n',
      '{"n":1}\n{"n":2}\n',
      '{"n":3}\n',
      '{"tail":1}\n',
    ]);
  });

  it('pulls one item of bytes for each read, and words a failure behind them', async () => {
    let pulled = 0;
    async function* failing() {
      for (; pulled < 3; pulled++) yield new TextEncoder().encode('1\n');
      throw new Error('no more');
    }
    const reader = ndjsonStream(failing(), { onError: () => '{"error":1}' }).getReader();
    await reader.read();
    expect(pulled).toBe(0);
    await reader.read();
    expect(pulled).toBe(1);
    await reader.read();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('{"error":1}\n');
    expect((await reader.read()).done).toBe(true);
  });

  it('errors when the source throws and nobody words it', async () => {
    async function* failing() {
      yield 'first';
      throw new FairleadError('connection_lost', 'gone');
    }
    await expect(new Response(ndjsonStream(failing())).text()).rejects.toThrow('gone');
  });
});

describe('a streamed response', () => {
  it('has its lines and closes the client after the last', async () => {
    const script: Script = { log: [], lines: () => lines(3, '{"a":1}') };
    const response = await sampleApp(script).request('/demo/rows', GET, ENV);
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    expect(await textOf(response)).toBe('{"a":1}\n{"a":1}\n{"a":1}\n');
    expect(script.log).toEqual(['open', 'close']);
  });

  it('to HEAD closes the client at once', async () => {
    const script: Script = { log: [], lines: () => lines(3, '{"a":1}') };
    const response = await sampleApp(script).request('/demo/rows', { ...GET, method: 'HEAD' }, ENV);
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    expect(response.body).toBeNull();
    expect(script.log).toEqual(['open', 'close']);
  });

  it('that fails before its first line is a problem with a status', async () => {
    const script: Script = {
      log: [],
      lines: () => {
        throw new FairleadError('connect_timeout', 'db.internal.example:7000 is silent');
      },
    };
    const response = await sampleApp(script).request('/demo/rows', GET, ENV);
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({
      code: 'connect_timeout',
      detail: 'connection "main" is silent',
    });
    expect(script.log).toEqual(['open', 'close']);
  });

  it('that fails later ends with a line that says so', async () => {
    async function* failing(): AsyncGenerator<string> {
      yield '{"row":1}';
      throw new FairleadError('connection_lost', 'db.internal.example:7000 hung up');
    }
    const script: Script = { log: [], lines: failing };
    const response = await sampleApp(script).request('/demo/rows', GET, ENV);
    const [first, last] = (await textOf(response)).trim().split('\n');
    expect(first).toBe('{"row":1}');
    expect(JSON.parse(last ?? '')).toMatchObject({
      error: { code: 'connection_lost', detail: 'connection "main" hung up' },
    });
    expect(script.log).toEqual(['open', 'close']);
  });

  it('that the caller cancels aborts what the client waits for, and closes it', async () => {
    const reasons: unknown[] = [];
    const script: Script = {
      log: [],
      async *lines(signal) {
        yield '{"row":1}';
        await aborted(signal).catch((reason) => reasons.push(reason.code));
      },
    };
    const response = await sampleApp(script).request('/demo/rows', GET, ENV);
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(reasons).toEqual(['aborted']);
    expect(script.log).toEqual(['open', 'close']);
  });

  it('that the caller cancels unread closes the client too', async () => {
    const script: Script = { log: [], lines: () => lines(3, '{"a":1}') };
    const response = await sampleApp(script).request('/demo/rows', GET, ENV);
    await response.body?.cancel();
    expect(script.log).toEqual(['open', 'close']);
  });

  it('that takes too long ends with a timeout', async () => {
    const script: Script = {
      log: [],
      async *lines(signal) {
        yield '{"row":1}';
        await aborted(signal);
      },
    };
    const headers = { ...GET.headers, 'Fairlead-Timeout-Ms': '60' };
    const response = await sampleApp(script).request('/demo/rows', { headers }, ENV);
    expect(await textOf(response)).toMatch(/"code":"timeout"/);
    expect(script.log).toEqual(['open', 'close']);
  });
});

describe('a client for one request', () => {
  it('gets the caller’s timeout', async () => {
    const script: Script = { log: [], use: aborted };
    const started = Date.now();
    const response = await sampleApp(script).request(
      '/demo/do',
      post({ word: 'x' }, { 'Fairlead-Timeout-Ms': '40' }),
      ENV,
    );
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({
      code: 'timeout',
      detail: 'The operation took longer than 40 ms.',
    });
    expect(Date.now() - started).toBeLessThan(2000);
    expect(script.log).toEqual(['open', 'close']);
  });

  it('tells a timeout from an abort, where the client cannot', async () => {
    const use = (signal: AbortSignal) =>
      aborted(signal).catch(() =>
        Promise.reject(new FairleadError('aborted', 'stopped', { safeToRetry: true })),
      );
    const response = await sampleApp({ log: [], use }).request(
      '/demo/do',
      post({ word: 'x' }, { 'Fairlead-Timeout-Ms': '40' }),
      ENV,
    );
    expect(await response.json()).toMatchObject({ code: 'timeout', safeToRetry: true });
  });

  it('keeps the Worker alive until it is closed, though the caller has gone', async () => {
    const script: Script = { log: [], use: aborted };
    const work: Promise<unknown>[] = [];
    const context = {
      waitUntil: (promise: Promise<unknown>) => work.push(promise),
      passThroughOnException: () => {},
      props: {},
    };
    const pending = sampleApp(script).request(
      '/demo/do',
      post({ word: 'x' }, { 'Fairlead-Timeout-Ms': '40' }),
      ENV,
      context,
    );
    await expect.poll(() => work.length).toBe(1);
    await work[0];
    expect(script.log).toEqual(['open', 'close']);
    expect((await pending).status).toBe(504);
  });

  it('is aborted when the caller goes away', async () => {
    const script: Script = { log: [], use: aborted };
    const caller = new AbortController();
    const pending = sampleApp(script).request(
      new Request('http://gateway/demo/do', { ...post({ word: 'x' }), signal: caller.signal }),
      undefined,
      ENV,
    );
    setTimeout(() => caller.abort(), 20);
    expect((await pending).status).toBe(499);
    expect(script.log).toEqual(['open', 'close']);
  });
});
