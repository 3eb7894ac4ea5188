// Many callers on one connection: each gets the answers to its own, whole, and one's end is not the others'.
import { describe, expect, it } from 'vitest';
import { Dock } from '../src/object/dock.ts';
import type { Flight, Trace } from '../src/types.ts';
import { pause, pooled } from './support.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function shared(options = {}) {
  const { server, seat, limits } = pooled(options, {}, true);
  const dock = new Dock(new Map([['lines', seat]]), undefined);
  const flight = (lines: readonly string[], trace: Trace = 'clean'): Flight => ({
    bytes: encoder.encode(lines.map((line) => `${line}\n`).join('')),
    trace,
    id: crypto.randomUUID(),
    owed: lines.length,
    terms: 'terms',
    timeoutMs: 1_000,
  });
  const pool = { protocol: 'lines', settings: { url: '', options: {} }, limits };
  const ask = async (...lines: string[]) => {
    const { bytes, error } = await dock.exchange(flight(lines), pool);
    return bytes === undefined ? error : decoder.decode(bytes);
  };
  return { server, dock, ask, keep: (line: string) => dock.exchange(flight([line], 'session'), pool) };
}

describe('a shared connection', () => {
  it('answers everyone, in one write and in order', async () => {
    const { server, dock, ask } = shared();
    const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => ask(`a${i}`, `b${i}`)));
    expect(answers).toEqual(answers.map((_, i) => `a${i}!\nb${i}!\n`));
    expect(server.most).toBe(1);
    expect(dock.stats).toMatchObject({ idle: 1, inUse: 0 });
  });

  it('tells all that wait when it is lost, and opens another for the next', async () => {
    const { server, ask } = shared();
    expect(await ask('first')).toBe('first!\n');
    server.answers = false;
    const waiting = Promise.all([ask('a'), ask('b'), ask('c')]);
    await expect.poll(() => server.asked).toHaveLength(4);
    server.opened[0]?.reset();
    for (const each of await waiting)
      expect(each).toMatchObject({ code: 'connection_lost', safeToRetry: false });
    server.answers = true;
    expect(await ask('next')).toBe('next!\n');
    expect(server.opened).toHaveLength(2);
  });

  it('is ended by an answer too many', async () => {
    const { server, ask } = shared();
    await ask('first');
    server.answers = false;
    const asked = ask('a');
    await expect.poll(() => server.asked).toHaveLength(2);
    await server.opened[0]?.write(encoder.encode('a!\nsurprise!\n'));
    expect(await asked).toMatchObject({ code: 'protocol' });
    await expect.poll(() => server.open).toBe(0);
  });

  it('says what kept it from being opened, to each', async () => {
    const { server, ask } = shared();
    server.refuse = 'down';
    const refused = await Promise.all([ask('a'), ask('b')]);
    for (const each of refused) expect(each).toMatchObject({ code: 'connect_failed', safeToRetry: true });
  });

  it('is there however many connections are kept by others', async () => {
    const { server, ask, keep } = shared({ max: 3, waitMs: 50 });
    const kept = await Promise.all([keep('a'), keep('b'), keep('c')]);
    expect(kept.map(({ error }) => error?.code)).toEqual([undefined, undefined, 'overloaded']);
    expect(await ask('shared')).toBe('shared!\n');
    expect(server.most).toBe(3);
  });

  it('has another one take its place while it is silent', async () => {
    const { server, dock, ask } = shared({ max: 4 });
    await ask('first');
    server.answers = false;
    const stuck = ask('stuck');
    await expect.poll(() => server.asked).toHaveLength(2);
    server.answers = true;
    await pause(1_100);
    expect(await Promise.all([ask('a'), ask('b')])).toEqual(['a!\n', 'b!\n']);
    expect(server.most).toBe(2);
    await server.opened[0]?.write(encoder.encode('stuck!\n'));
    expect(await stuck).toBe('stuck!\n');
    expect(dock.stats).toMatchObject({ idle: 2, inUse: 0 });
  });

  it('is left with its loan, and is not mistaken for it when it is lent to one caller alone', async () => {
    const { server, dock, ask, keep } = shared({ max: 1 });
    expect(await ask('a')).toBe('a!\n');
    await keep('mine');
    const waiting = ask('b');
    await pause(50);
    expect(server.asked).toEqual(['a', 'mine']);
    await dock.abandon('nobody');
    expect(await waiting).toMatchObject({ code: 'overloaded' });
  });

  it('is not used for a caller that was greeted in other terms, who is greeted anew', async () => {
    const { server, dock, ask } = shared();
    expect(await ask('a')).toBe('a!\n');
    server.terms = 'others';
    dock.drain();
    await pause(20);
    expect(await ask('b')).toMatchObject({ code: 'connection_lost', safeToRetry: true });
    expect(server.asked.filter((line) => line === 'b')).toEqual([]);
  });

  it('is given back where its only caller had no time to wait for it', async () => {
    const { server, dock, ask } = shared();
    server.loginMs = 1_100;
    expect(await ask('late')).toMatchObject({ code: 'overloaded' });
    await expect.poll(() => dock.stats, { timeout: 2_000 }).toMatchObject({ open: 1, inUse: 0 });
    expect(server.asked).toEqual([]);
  });
});
