// send() against peers in memory: what ends the answer, half-close, time, and when a failed call may be repeated.
import {
  type MemoryConnectorOptions,
  memoryConnector,
  type ScriptedPeer,
  scriptedPeer,
  toText,
} from '@fairlead/testkit';
import type { Connector } from '@fairlead/transport';
import { describe, expect, it } from 'vitest';
import { FairleadError, type SendOptions, send } from '../src/index.ts';

const TIME = expect.any(Number);

async function ask(peer: ScriptedPeer, data: string | Uint8Array, options: SendOptions = {}) {
  const result = await send('h.test:7', data, { connector: peer.connector, ...options });
  return { ...result, data: toText(result.data) };
}

async function failure(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => new Error('should have been rejected'),
    (error: unknown) => error,
  );
}

/** A server that reads to the client's end, and then tells how much came. */
const counting: Connector = memoryConnector(
  async (server) => {
    let bytes = 0;
    for (let chunk = await server.read(); chunk; chunk = await server.read()) bytes += chunk.length;
    await server.write(new TextEncoder().encode(String(bytes)));
    await server.close();
  },
  { allowHalfOpen: true },
);

describe('send', () => {
  it('sends, reads to the end, and tells its times', async () => {
    const peer = scriptedPeer().expect('example.com\r\n').send('Domain: EXAMPLE.COM\r\n').close();
    expect(await ask(peer, 'example.com\r\n')).toEqual({
      data: 'Domain: EXAMPLE.COM\r\n',
      endedBy: 'close',
      connectMs: TIME,
      firstByteMs: TIME,
      totalMs: TIME,
    });
    await peer.done();
  });

  it('an empty answer has no first byte', async () => {
    const result = await ask(scriptedPeer().expect('x').close(), 'x');
    expect(result).toEqual({ data: '', endedBy: 'close', connectMs: TIME, totalMs: TIME });
  });

  it('lets the server speak first where there is nothing to send', async () => {
    const peer = scriptedPeer().send('220 ready\r\nmore').expectEnd();
    expect(await ask(peer, '', { until: { pattern: '\r\n' } })).toMatchObject({
      data: '220 ready\r\n',
      endedBy: 'pattern',
    });
  });

  it.each<[string, SendOptions, string, string]>([
    ['n bytes', { until: { bytes: 3 } }, 'abc', 'bytes'],
    ['a pattern in bytes', { until: { pattern: Uint8Array.of(0x63, 0x64) } }, 'abcd', 'pattern'],
    ['silence', { until: { silentMs: 30 } }, 'abcdef', 'silentMs'],
    ['a total time', { until: { totalMs: 30 } }, 'abcdef', 'totalMs'],
    ['the cap', { maxBytes: 2 }, 'ab', 'maxBytes'],
  ])('ends the answer by %s', async (_name, options, data, endedBy) => {
    const peer = scriptedPeer().expect('x').send('abcdef').stall();
    expect(await ask(peer, 'x', options)).toMatchObject({ data, endedBy });
  });

  it('silence begins anew with each byte', async () => {
    const peer = scriptedPeer().expect('x').send('a').delay(40).send('b').delay(40).send('c').stall();
    expect(await ask(peer, 'x', { until: { silentMs: 120 } })).toMatchObject({
      data: 'abc',
      endedBy: 'silentMs',
    });
  });

  it('silence counts where nothing comes at all', async () => {
    const result = await ask(scriptedPeer().expect('x').stall(), 'x', { until: { silentMs: 20 } });
    expect(result).toMatchObject({ data: '', endedBy: 'silentMs' });
  });

  it('half-closes behind the data, and reads on', async () => {
    const data = new Uint8Array(300_000);
    const result = await send('h.test:7', data, { connector: counting, end: true });
    expect([toText(result.data), result.endedBy]).toEqual(['300000', 'close']);
  });

  it('reads while it writes, so that an echo of any size comes back', async () => {
    const echo = memoryConnector(async (server) => {
      for (let chunk = await server.read(); chunk; chunk = await server.read()) await server.write(chunk);
    });
    const data = new Uint8Array(2_000_000).fill(7);
    const result = await send('h.test:7', data, {
      connector: echo,
      until: { bytes: data.length },
      maxBytes: data.length,
    });
    expect([result.data.length, result.endedBy, new Set(result.data)]).toEqual([
      2_000_000,
      'bytes',
      new Set([7]),
    ]);
  });

  it('dials with TLS from the first byte where asked', async () => {
    const seen: unknown[] = [];
    const peer = scriptedPeer().expect('x').send('y').close();
    const connector: Connector = (address, options) => {
      seen.push(options?.tls);
      return peer.connector(address, options);
    };
    expect(toText((await send('h.test:7', 'x', { connector, tls: true })).data)).toBe('y');
    expect(seen).toEqual(['implicit']);
  });
});

describe('a send that fails', () => {
  it.each<[string, MemoryConnectorOptions, SendOptions, string]>([
    ['a closed port', { dial: 'refuse' }, {}, 'connect_failed'],
    ['no answer', { dial: 'silent' }, { connectTimeoutMs: 20 }, 'connect_timeout'],
    ['a bad certificate', { tls: 'expired' }, { tls: true }, 'tls_failed'],
  ])('%s: nothing was written, so it may be repeated', async (_name, behaviour, options, code) => {
    const error = await failure(ask(scriptedPeer(behaviour), 'x', options));
    expect(error).toMatchObject({ code, safeToRetry: true });
  });

  it.each<[string, string, boolean]>([
    ['behind data: may not be repeated', 'x', false],
    ['without data: may be repeated', '', true],
  ])('time that is up, %s', async (_name, data, safeToRetry) => {
    const error = await failure(ask(scriptedPeer().stall(), data, { timeoutMs: 30 }));
    expect(error).toMatchObject({ code: 'timeout', safeToRetry });
  });

  it.each<[string, string, boolean]>([
    ['behind data', 'x', false],
    ['without data', '', true],
  ])('a reset, %s', async (_name, data, safeToRetry) => {
    const peer = data === '' ? scriptedPeer().reset() : scriptedPeer().expect(data).reset();
    expect(await failure(ask(peer, data))).toMatchObject({ code: 'connection_lost', safeToRetry });
  });

  it('its signal ends it', async () => {
    const call = ask(scriptedPeer().expect('x').stall(), 'x', { signal: AbortSignal.timeout(20) });
    expect(await failure(call)).toMatchObject({ code: 'aborted', safeToRetry: false });
  });

  it('end over a connector whose directions end together is usage', async () => {
    const connector: Connector = async (address, options) => {
      const transport = await scriptedPeer().stall().connector(address, options);
      transport.closeWrite = () => Promise.reject(new FairleadError('usage', 'together'));
      return transport;
    };
    const error = await failure(send('h.test:7', 'x', { connector, end: true }));
    expect(error).toMatchObject({ code: 'usage', safeToRetry: false });
  });

  it.each<[string, string, SendOptions]>([
    ['no port', 'h.test', {}],
    ['a pattern of nothing', 'h.test:7', { until: { pattern: '' } }],
    ['a pattern that is too long', 'h.test:7', { until: { pattern: 'a'.repeat(1_025) } }],
    ['no bytes', 'h.test:7', { until: { bytes: 0 } }],
    ['half a byte', 'h.test:7', { until: { bytes: 1.5 } }],
    ['no silence', 'h.test:7', { until: { silentMs: 0 } }],
    ['a negative time', 'h.test:7', { until: { totalMs: -1 } }],
    ['no room', 'h.test:7', { maxBytes: 0 }],
    ['no time', 'h.test:7', { timeoutMs: 0 }],
    ['no time to connect', 'h.test:7', { connectTimeoutMs: 0 }],
  ])('refuses %s before it dials', async (_name, address, options) => {
    const peer = scriptedPeer();
    const error = await failure(send(address, 'x', { connector: peer.connector, ...options }));
    expect(error).toMatchObject({ code: 'usage', safeToRetry: true });
    expect(peer.connections).toBe(0);
  });
});
