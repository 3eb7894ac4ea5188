// Server-Sent Events: the lines of an event, backpressure, heartbeats, failures before and after the first event.
import { FairleadError } from '@fairlead/errors';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeEvent, eventStream, type ServerEvent } from '../src/index.ts';
import { ENV, type Script, sampleApp, TOKEN } from './sample.ts';

const GET = { headers: { Authorization: `Bearer ${TOKEN}` } };

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
});

async function* of(...events: ServerEvent[]): AsyncGenerator<ServerEvent> {
  yield* events;
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = () => reject(signal.reason);
    if (signal.aborted) fail();
    signal.addEventListener('abort', fail);
  });
}

describe('encodeEvent', () => {
  it.each<[string, ServerEvent, string]>([
    [
      'all fields',
      { event: 'message', id: '7', retryMs: 0, data: 'x' },
      'event: message\nid: 7\nretry: 0\ndata: x\n\n',
    ],
    ['a comment', { comment: '' }, ':\n\n'],
    ['a comment before an event', { comment: ' one', data: 'x' }, ': one\ndata: x\n\n'],
    ['data alone', { data: 'ahoy' }, 'data: ahoy\n\n'],
    ['no data', { id: 'a:b' }, 'id: a:b\n\n'],
    ['empty data', { data: '' }, 'data: \n\n'],
    ['an empty id, which takes the last one back', { id: '', data: 'x' }, 'id: \ndata: x\n\n'],
    ['every kind of line break', { data: 'a\nb\r\nc\rd' }, 'data: a\ndata:b\ndata:c\ndata:d\n\n'],
    ['line breaks at both ends', { data: '\nx\n' }, 'data: \ndata:x\ndata:\n\n'],
    ['data that looks like a field', { data: 'id: 9\n\nevent: y' }, 'data: id: 9\ndata:\ndata:event: y\n\n'],
    ['lines that begin with spaces', { data: ' a\n b\n  c' }, 'data:  a\ndata:  b\ndata:   c\n\n'],
    ['text beyond ASCII', { data: 'Grüße 🚢' }, 'data: Grüße 🚢\n\n'],
  ])('writes %s', (_, event, text) => {
    expect(encodeEvent(event)).toBe(text);
  });

  it.each<[string, ServerEvent]>([
    ['LF in an id', { id: 'a\nb' }],
    ['CR in an id', { id: 'a\rb' }],
    ['NUL in an id', { id: 'a\0b' }],
    ['LF in a type', { event: 'a\ndata: x' }],
    ['LF in a comment', { comment: 'a\ndata: x' }],
    ['CR in a type', { event: 'a\r' }],
    ['a retry below zero', { retryMs: -1 }],
    ['a retry with a fraction', { retryMs: 1.5 }],
    ['a retry that is no number', { retryMs: Number.NaN }],
  ])('refuses %s', (_, event) => {
    expect(() => encodeEvent(event)).toThrow(
      expect.objectContaining({ name: 'FairleadError', code: 'usage' }),
    );
  });
});

describe('eventStream', () => {
  it('asks for an event only when the one before was taken', async () => {
    const log: string[] = [];
    async function* source(): AsyncGenerator<ServerEvent> {
      for (const data of ['a', 'b', 'c']) {
        log.push(`make ${data}`);
        yield { data };
        log.push(`taken ${data}`);
      }
    }
    const reader = eventStream(source()).getReader();
    expect(log).toEqual([]);
    await reader.read();
    await reader.read();
    expect(log).toEqual(['make a', 'taken a', 'make b']);
    await reader.read();
    expect((await reader.read()).done).toBe(true);
    expect(log.at(-1)).toBe('taken c');
  });

  it('encodes as UTF-8', async () => {
    const bytes = await new Response(eventStream(of({ data: 'ü' }))).arrayBuffer();
    expect([...new Uint8Array(bytes)]).toEqual([...new TextEncoder().encode('data: ü\n\n')]);
  });

  it('says that it is alive while nothing happens, and not between events', async () => {
    let release: (() => void) | undefined;
    async function* slow(): AsyncGenerator<ServerEvent> {
      yield { data: 'a' };
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      yield { data: 'b' };
    }
    const reader = eventStream(slow(), { heartbeatMs: 20 }).getReader();
    const next = async () => new TextDecoder().decode((await reader.read()).value);
    expect(await next()).toBe('data: a\n\n');
    expect(await next()).toBe(':\n\n');
    expect(await next()).toBe(':\n\n');
    release?.();
    let text = await next();
    while (text === ':\n\n') text = await next();
    expect(text).toBe('data: b\n\n');
    let last = await reader.read();
    while (!last.done) last = await reader.read();
    expect(last.done).toBe(true);
  });

  it('piles up no heartbeats for a reader that does not read', async () => {
    const never = (async function* (): AsyncGenerator<ServerEvent> {
      await new Promise(() => {});
      yield {};
    })();
    const stream = eventStream(
      { [Symbol.asyncIterator]: () => ({ next: () => never.next() }) },
      { heartbeatMs: 5 },
    );
    const reader = stream.getReader();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(new TextDecoder().decode((await reader.read()).value)).toBe(':\n\n');
    const second = reader.read();
    const early = await Promise.race([second.then(() => 'a heartbeat'), Promise.resolve('nothing')]);
    expect(early).toBe('nothing');
    await reader.cancel();
  });

  it('ends with an event that says what went wrong', async () => {
    async function* failing(): AsyncGenerator<ServerEvent> {
      yield { data: 'a' };
      throw new FairleadError('connection_lost', 'gone');
    }
    const stream = eventStream(failing(), { onError: () => ({ event: 'error', data: 'gone' }) });
    expect(await new Response(stream).text()).toBe('data: a\n\nevent: error\ndata: gone\n\n');
  });

  it('errors when the source throws and nobody words it, or makes an event that cannot be', async () => {
    async function* failing(): AsyncGenerator<ServerEvent> {
      yield { data: 'a' };
      throw new FairleadError('connection_lost', 'gone');
    }
    await expect(new Response(eventStream(failing())).text()).rejects.toThrow('gone');
    await expect(new Response(eventStream(of({ id: '\n' }))).text()).rejects.toThrow('line break');
  });

  it('tells the source when the reader goes away', async () => {
    const log: string[] = [];
    async function* source(): AsyncGenerator<ServerEvent> {
      try {
        for (;;) yield { data: 'a' };
      } finally {
        log.push('returned');
      }
    }
    const reader = eventStream(source(), { onCancel: () => log.push('cancelled') }).getReader();
    await reader.read();
    await reader.cancel();
    expect(log).toEqual(['cancelled', 'returned']);
  });
});

describe('a response of events', () => {
  it('has its type, is not cached or buffered, and closes the client after the last', async () => {
    const script: Script = { log: [], events: () => of({ event: 'tick', data: '1' }, { data: '2' }) };
    const response = await sampleApp(script).request('/demo/events', GET, ENV);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(await response.text()).toBe('event: tick\ndata: 1\n\ndata: 2\n\n');
    expect(script.log).toEqual(['open', 'close']);
  });

  it('to HEAD closes the client at once', async () => {
    const script: Script = { log: [], events: () => of({ data: '1' }) };
    const response = await sampleApp(script).request('/demo/events', { ...GET, method: 'HEAD' }, ENV);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(script.log).toEqual(['open', 'close']);
  });

  it('that fails before its first event is a problem with a status', async () => {
    const script: Script = {
      log: [],
      events: () => {
        throw new FairleadError('connect_timeout', 'db.internal.example:7000 is silent');
      },
    };
    const response = await sampleApp(script).request('/demo/events', GET, ENV);
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({
      code: 'connect_timeout',
      detail: 'connection "main" is silent',
    });
    expect(script.log).toEqual(['open', 'close']);
  });

  it('that fails later ends with an event that holds the problem', async () => {
    async function* failing(): AsyncGenerator<ServerEvent> {
      yield { data: '1' };
      throw new FairleadError('connection_lost', 'db.internal.example:7000 hung up');
    }
    const script: Script = { log: [], events: failing };
    const response = await sampleApp(script).request('/demo/events', GET, ENV);
    const text = await response.text();
    expect(text).toMatch(/^data: 1\n\nevent: error\ndata: \{.*\}\n\n$/);
    expect(JSON.parse(text.slice(text.indexOf('{')))).toMatchObject({
      code: 'connection_lost',
      status: 502,
      detail: 'connection "main" hung up',
    });
    expect(script.log).toEqual(['open', 'close']);
  });

  it('that the caller leaves aborts what the client waits for, and closes it', async () => {
    const reasons: unknown[] = [];
    const script: Script = {
      log: [],
      async *events(signal) {
        yield { data: '1' };
        await untilAborted(signal).catch((reason) => reasons.push(reason.code));
      },
    };
    const response = await sampleApp(script).request('/demo/events', GET, ENV);
    const reader = response.body?.getReader();
    await reader?.read();
    const second = reader?.read();
    await Promise.resolve();
    await reader?.cancel();
    expect((await second)?.done).toBe(true);
    expect(reasons).toEqual(['aborted']);
    expect(script.log).toEqual(['open', 'close']);
  });

  it('that the caller leaves unread closes the client too', async () => {
    const script: Script = {
      log: [],
      async *events() {
        yield { data: '1' };
        yield { data: '2' };
      },
    };
    const response = await sampleApp(script).request('/demo/events', GET, ENV);
    await response.body?.cancel();
    expect(script.log).toEqual(['open', 'close']);
  });

  it('that lives too long ends with a timeout', async () => {
    const script: Script = {
      log: [],
      async *events(signal) {
        yield { data: '1' };
        await untilAborted(signal);
      },
    };
    const headers = { ...GET.headers, 'Fairlead-Timeout-Ms': '60' };
    const response = await sampleApp(script).request('/demo/events', { headers }, ENV);
    expect(await response.text()).toMatch(/event: error\ndata: .*"code":"timeout"/);
    expect(script.log).toEqual(['open', 'close']);
  });
});
