// A client's connection to a pool: what is borrowed, when it is given back, and what a failure says.
import { createTransport, type Transport } from '@fairlead/transport';
import { describe, expect, it, vi } from 'vitest';
import type { Front, FrontStep } from '../src/caller/front.ts';
import { LentChannel } from '../src/caller/lent-channel.ts';
import { PoolClient } from '../src/caller/pool-client.ts';
import { Dock } from '../src/object/dock.ts';
import type { MooringStub } from '../src/types.ts';
import { pause, pooled, type Server } from './support.ts';

const encoder = new TextEncoder();

const FORWARD = { kind: 'forward', owed: 1 } as const;

/** `login` is answered at once; a line in capitals needs the session, one with `!` leaves something. */
class LineFront implements Front {
  readonly speaksFirst: boolean;

  constructor(speaksFirst = false) {
    this.speaksFirst = speaksFirst;
  }

  take(bytes: Uint8Array): readonly FrontStep[] {
    const text = new TextDecoder().decode(bytes);
    if (text === 'login\n') return [{ kind: 'login' }];
    if (text === 'bye\n') return [{ kind: 'goodbye' }];
    if (text.startsWith('kill '))
      return [{ kind: 'cancel', key: Number(text.slice(5)), reply: encoder.encode('killed\n') }];
    if (text.startsWith('cancel ')) return [{ kind: 'cancel', key: Number(text.slice(7)) }];
    const trace = /[A-Z]/.test(text) ? 'session' : text.includes('!') ? 'dirty' : 'clean';
    return text.match(/.+\n/g)?.map((line) => ({ ...FORWARD, bytes: encoder.encode(line), trace })) ?? [];
  }

  greet(greeting: unknown, key: number): Uint8Array {
    return encoder.encode(`${greeting} ${key}\n`);
  }
}

/** Clients of one pool. */
function clients(options: Parameters<typeof pooled>[0], timeoutMs = 5_000) {
  const { server, seat, limits } = pooled(options);
  const dock = new Dock(new Map([['lines', seat]]), undefined);
  const name = { protocol: 'lines', settings: { url: '', options: {} }, limits };
  const pool = new PoolClient(dock, crypto.randomUUID(), name, { timeoutMs });
  const connect = (speaksFirst?: boolean): Transport =>
    createTransport(new LentChannel(new LineFront(speaksFirst), pool), {
      hostname: 'server.test',
      port: 1000,
    });
  return { server, dock, connect };
}

async function ask(transport: Transport, question: string): Promise<string> {
  void transport.write(encoder.encode(`${question}\n`));
  return new TextDecoder().decode(await transport.read());
}

/** The server's own view: how many connections there are, and what was asked. */
const seen = ({ open, asked }: Server) => [open, asked];

describe('a loan', () => {
  it('lasts from a question to its answer, so that clients share connections', async () => {
    const { server, dock, connect } = clients({ max: 2 });
    const all = Array.from({ length: 20 }, () => connect());
    const answers = await Promise.all(all.map((transport, i) => ask(transport, `q${i}`)));
    expect(answers).toEqual(all.map((_, i) => `q${i}!\n`));
    expect(server.most).toBe(2);
    expect(dock.stats).toMatchObject({ idle: 2, inUse: 0 });
  });

  it('is logged in without asking the server', async () => {
    const { server, connect } = clients({ max: 1 });
    const transport = connect();
    expect(await ask(transport, 'login')).toMatch(/^hello \d+\n$/);
    expect(await ask(transport, 'q')).toBe('q!\n');
    expect(server.asked).toEqual(['q']);
  });

  it('begins with the server’s words where it speaks first', async () => {
    const { server, connect } = clients({ max: 1 });
    const transport = connect(true);
    expect(new TextDecoder().decode(await transport.read())).toMatch(/^hello \d+\n$/);
    expect(await ask(transport, 'q')).toBe('q!\n');
    expect(server.asked).toEqual(['q']);
  });

  it('takes all that is written in one tick at once', async () => {
    const { dock, connect } = clients({ max: 1 });
    const transport = connect();
    void transport.write(encoder.encode('a\nb\n'));
    const first = transport.read();
    void transport.write(encoder.encode('c\n'));
    let text = new TextDecoder().decode(await first);
    while (text.length < 9) text += new TextDecoder().decode(await transport.read());
    expect(text).toBe('a!\nb!\nc!\n');
    expect(dock.stats?.borrowed).toBe(1);
  });

  it('is followed by a reset where the answers say so', async () => {
    const { server, connect } = clients({ max: 1 });
    await ask(connect(), 'warn');
    await ask(connect(), 'q');
    expect(server.asked).toEqual(['warn', 'reset', 'q']);
  });

  it('that was cancelled ends with its connection: the server may cancel late', async () => {
    const { server, connect } = clients({ max: 1 });
    server.answers = false;
    const transport = connect();
    const key = (await ask(transport, 'login')).slice(6, -1);
    void transport.write(encoder.encode('slow\n'));
    const read = transport.read();
    await expect.poll(() => server.asked).toEqual(['slow']);
    expect(await ask(connect(), `kill ${key}`)).toBe('killed\n');
    expect(server.cancelled).toBe(1);
    await server.opened[0]?.write(encoder.encode('slow!\n'));
    expect(new TextDecoder().decode(await read)).toBe('slow!\n');
    await expect.poll(() => server.open).toBe(0);
    server.answers = true;
    expect(await ask(transport, 'next')).toBe('next!\n');
  });

  it('is followed by a reset where something may be left', async () => {
    const { server, connect } = clients({ max: 1 });
    await ask(connect(), 'set!');
    await ask(connect(), 'q');
    expect(server.asked).toEqual(['set!', 'reset', 'q']);
  });

  it('lasts until the goodbye where a session is needed', async () => {
    const { server, connect } = clients({ max: 2 });
    const transport = connect();
    await ask(transport, 'LISTEN');
    await ask(connect(), 'other');
    await ask(transport, 'mine');
    expect(server.opened).toHaveLength(2);
    void transport.write(encoder.encode('bye\n'));
    await transport.close();
    await expect.poll(() => server.asked).toContain('reset');
    await expect.poll(() => server.open).toBe(2);
  });

  it('ends with its connection when the client goes in the middle of an answer', async () => {
    const { server, dock, connect } = clients({ max: 1 });
    server.answers = false;
    const transport = connect();
    void transport.write(encoder.encode('q\n'));
    const read = transport.read();
    await expect.poll(() => server.asked).toEqual(['q']);
    transport.destroy(new Error('gone'));
    await expect(read).rejects.toThrow('gone');
    await expect.poll(() => seen(server)).toEqual([0, ['q']]);
    server.answers = true;
    expect(await ask(connect(), 'next')).toBe('next!\n');
    expect(dock.stats).toMatchObject({ idle: 1, inUse: 0, waiting: 0 });
  });

  it('ends when the server does not answer in time', async () => {
    const { server, connect } = clients({ max: 1 }, 50);
    server.answers = false;
    await expect(ask(connect(), 'q')).rejects.toMatchObject({ code: 'timeout', safeToRetry: false });
    await expect.poll(() => server.open).toBe(0);
  });

  it('is not given to a client that has gone from the queue', async () => {
    const { server, dock, connect } = clients({ max: 1 });
    server.answers = false;
    const first = connect();
    void first.write(encoder.encode('q\n'));
    first.read().catch(() => undefined);
    await expect.poll(() => server.asked).toEqual(['q']);
    const second = connect();
    void second.write(encoder.encode('never\n'));
    second.read().catch(() => undefined);
    await expect.poll(() => dock.stats?.waiting).toBe(1);
    second.destroy(new Error('gone'));
    await expect.poll(() => dock.stats?.waiting).toBe(0);
    server.answers = true;
    await server.opened[0]?.write(encoder.encode('q!\n'));
    await pause(20);
    expect(server.asked).toEqual(['q']);
  });
});

describe('a failure', () => {
  it('is told as it is: overloaded, without a doubt', async () => {
    const { server, connect } = clients({ max: 1, waitMs: 30 });
    server.answers = false;
    const first = connect();
    void first.write(encoder.encode('q\n'));
    first.read().catch(() => undefined);
    await expect.poll(() => server.asked).toEqual(['q']);
    await expect(ask(connect(), 'late')).rejects.toMatchObject({ code: 'overloaded', safeToRetry: true });
    expect(server.asked).toEqual(['q']);
  });

  it('of the server’s connection is its own', async () => {
    const { server, connect } = clients({ max: 1 });
    server.answers = false;
    const transport = connect();
    void transport.write(encoder.encode('q\n'));
    const read = transport.read();
    await expect.poll(() => server.asked).toEqual(['q']);
    server.opened[0]?.reset();
    await expect(read).rejects.toMatchObject({ code: 'connection_lost', safeToRetry: false });
  });

  it('of an object that has begun anew is none: the settings are sent once more', async () => {
    const { server, seat, limits } = pooled();
    const seats = new Map([['lines', seat]]);
    let dock = new Dock(seats, undefined);
    const object: MooringStub = {
      greet: (pool) => dock.greet(pool),
      exchange: (...call) => dock.exchange(...call),
      cancel: (id) => dock.cancel(id),
      abandon: (id) => dock.abandon(id),
    };
    const name = { protocol: 'lines', settings: { url: '', options: {} }, limits };
    const pool = new PoolClient(object, crypto.randomUUID(), name, { timeoutMs: 1_000 });
    const transport = createTransport(new LentChannel(new LineFront(), pool), {
      hostname: 'server.test',
      port: 1000,
    });
    expect(await ask(transport, 'a')).toBe('a!\n');
    dock = new Dock(seats, undefined);
    expect(await ask(transport, 'b')).toBe('b!\n');
    expect(server.asked).toEqual(['a', 'b']);
  });

  it('of a seat that is missing names it', async () => {
    const { seat, limits } = pooled();
    const dock = new Dock(new Map([['other', seat]]), undefined);
    const name = { protocol: 'lines', settings: { url: '', options: {} }, limits };
    expect(await dock.greet(name)).toMatchObject({ error: { code: 'usage' } });
  });

  it('asks nothing more of the object once it has refused', async () => {
    const { dock, connect } = clients({ max: 1, maxWaiting: 0 });
    const abandon = vi.spyOn(dock, 'abandon');
    const keeper = connect();
    await ask(keeper, 'KEEP');
    await expect(ask(connect(), 'q')).rejects.toMatchObject({ code: 'overloaded', safeToRetry: true });
    expect(abandon).not.toHaveBeenCalled();
  });
});
