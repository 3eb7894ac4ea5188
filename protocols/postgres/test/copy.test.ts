// COPY in both directions: what goes over the wire, who waits for whom, and how it ends when either side fails.
import { describe, expect, it, vi } from 'vitest';
import { sql } from '../src/index.ts';
import type { Client, CopySource } from '../src/types.ts';
import { errorResponse, ready, result } from './support/backend.ts';
import {
  byHand,
  complete,
  copyData,
  copyDone,
  copyInResponse,
  copyOutResponse,
  failure,
  type Hand,
} from './support/by-hand.ts';

const IN = 'COPY t FROM STDIN';
const OUT = 'COPY t TO STDOUT';
const INT4 = 23;

const cancelled = errorResponse('57014', 'canceling statement due to user request');

/** Takes the statement and says that it may begin. */
async function letIn(hand: Hand): Promise<void> {
  expect(await hand.expect('Q')).toBe(IN);
  await hand.send(copyInResponse);
}

/** That the connection is as good as new. */
async function usable(db: Client, hand: Hand): Promise<void> {
  const asked = db.query('SELECT 1');
  expect(await hand.run('SELECT 0')).toBe('SELECT 1');
  expect((await asked).command).toBe('SELECT');
  await db.close();
}

async function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  return new TextDecoder().decode(await new Response(stream).arrayBuffer());
}

/** A source that never has anything, and knows whether it was left. */
function silent(first: string[] = []): { source: AsyncIterable<string>; left: () => boolean } {
  let left = false;
  const source: AsyncIterable<string> = {
    [Symbol.asyncIterator]: () => ({
      next: () => {
        const value = first.shift();
        return value === undefined ? new Promise(() => undefined) : Promise.resolve({ done: false, value });
      },
      return: () => {
        left = true;
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  };
  return { source, left: () => left };
}

describe('copyFrom', { timeout: 5_000 }, () => {
  const lines = ['1\ta\n', '2\tü\n'];
  const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

  it.each<[string, () => CopySource]>([
    ['texts', () => lines],
    ['bytes', () => lines.map(bytesOf)],
    [
      'an async iterable',
      async function* () {
        yield* lines;
      },
    ],
    ['a text as one piece', () => lines.join('')],
    ['a stream', () => new Response(lines.join('')).body as ReadableStream<Uint8Array>],
    ['empty pieces too', () => ['', ...lines, new Uint8Array(0)]],
  ])('takes %s', async (_, source) => {
    const [db, hand] = await byHand();
    const copying = db.copyFrom(IN, source());
    await letIn(hand);
    expect(await hand.copied()).toEqual({ data: lines.join(''), end: 'c' });
    await hand.send(complete('COPY 2'), ready);
    expect(await copying).toEqual({ command: 'COPY', rowCount: 2 });
    await usable(db, hand);
  });

  it('takes nothing at all, and a statement of sql', async () => {
    const [db, hand] = await byHand();
    const copying = db.copyFrom(sql`COPY ${sql.identifier('t')} FROM STDIN`, []);
    expect(await hand.expect('Q')).toBe('COPY "t" FROM STDIN');
    await hand.send(copyInResponse);
    expect(await hand.copied()).toEqual({ data: '', end: 'c' });
    await hand.send(complete('COPY 0'), ready);
    expect((await copying).rowCount).toBe(0);
    await usable(db, hand);
  });

  it('sends nothing before the server is ready for it, and lets nothing else in between', async () => {
    const [db, hand] = await byHand();
    let asked = 0;
    const copying = db.copyFrom(
      IN,
      (function* () {
        asked += 1;
        yield 'x\n';
      })(),
    );
    expect(await hand.expect('Q')).toBe(IN);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asked).toBe(0);
    expect(await failure(db.query('SELECT 1'))).toMatchObject({ code: 'usage' });
    await hand.send(copyInResponse);
    await hand.copied();
    await hand.send(complete('COPY 1'), ready);
    await copying;
    await usable(db, hand);
  });

  it('asks the source no faster than the server takes it', async () => {
    const [db, hand] = await byHand();
    const piece = new Uint8Array(65_536);
    let asked = 0;
    const source = (function* () {
      for (; asked < 100; ) {
        asked += 1;
        yield piece;
      }
    })();
    const copying = db.copyFrom(IN, source);
    await letIn(hand);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked).toBeLessThan(20);
    const { data } = await hand.copied();
    expect(data.length).toBe(100 * piece.length);
    await hand.send(complete('COPY 100'), ready);
    expect((await copying).rowCount).toBe(100);
    await usable(db, hand);
  });

  it('a source that throws: the server is told to drop it, and the error is the source’s own', async () => {
    const [db, hand] = await byHand();
    const broken = new RangeError('secret of the source');
    const copying = failure(
      db.copyFrom(
        IN,
        (function* () {
          yield 'half\n';
          throw broken;
        })(),
      ),
    );
    await letIn(hand);
    const { data, end } = await hand.copied();
    // What had not left yet is dropped here already.
    expect('half\n').toContain(data);
    expect(end).not.toContain('secret');
    expect(end).not.toBe('c');
    await hand.send(errorResponse('57014', `COPY from stdin failed: ${end}`), ready);
    expect(await copying).toBe(broken);
    await usable(db, hand);
  });

  it.each<[string, unknown]>([
    ['numbers', [1]],
    ['bytes, which are numbers', new Uint8Array([49, 10])],
    ['nothing', [null]],
  ])('refuses a source of %s, once the server has dropped what it got', async (_, source) => {
    const [db, hand] = await byHand();
    const copying = failure(db.copyFrom(IN, source as CopySource));
    await letIn(hand);
    const { end } = await hand.copied();
    expect(end).not.toBe('c');
    await hand.send(errorResponse('57014', 'COPY from stdin failed'), ready);
    expect(await copying).toMatchObject({ name: 'FairleadError', code: 'usage', safeToRetry: false });
    await usable(db, hand);
  });

  it.each<[string, unknown]>([
    ['no iterable', { data: 'x' }],
    ['null, which is none', null],
    ['a number, which is none', 7],
  ])('sends nothing for a source of %s', async (_, source) => {
    const [db, hand] = await byHand();
    const copying = failure(db.copyFrom(IN, source as CopySource));
    expect(await copying).toMatchObject({ name: 'FairleadError', code: 'usage', safeToRetry: true });
    await usable(db, hand);
  });

  it('an error of the server in the midst of it ends it, and the source is left', async () => {
    const [db, hand] = await byHand();
    let left = false;
    const source = (async function* () {
      try {
        for (;;) {
          yield 'x\n';
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
      } finally {
        left = true;
      }
    })();
    const copying = failure(db.copyFrom(IN, source));
    await letIn(hand);
    await hand.expect('d');
    await hand.send(errorResponse('22P02', 'invalid input syntax'), ready);
    expect(await copying).toMatchObject({ code: 'server', server: { code: '22P02' } });
    await vi.waitFor(() => expect(left).toBe(true));
    // What was on its way when the server failed is dropped there, and so is a late end.
    let type = 'd';
    const asked = db.query('SELECT 1');
    while (type === 'd') type = await hand.expect('d').then(() => 'd', String);
    expect(type).toContain('"P"');
    await hand.send(errorResponse('42601', 'the rest of the statement'), ready);
    await failure(asked);
    await db.close();
  });

  it('an error of the server is heard while the source is silent', async () => {
    const [db, hand] = await byHand();
    const { source, left } = silent(['x\n']);
    const copying = failure(db.copyFrom(IN, source));
    await letIn(hand);
    await hand.expect('d');
    await hand.send(errorResponse('22P02', 'invalid input syntax'), ready);
    expect(await copying).toMatchObject({ code: 'server', server: { code: '22P02' } });
    expect(left()).toBe(true);
    await usable(db, hand);
  });

  it('an error in place of the permission to begin: the source is not touched', async () => {
    const [db, hand] = await byHand();
    const copying = failure(
      db.copyFrom(
        IN,
        (function* () {
          yield 'never';
          throw new Error('touched');
        })(),
      ),
    );
    await hand.expect('Q');
    await hand.send(errorResponse('42P01', 'relation "t" does not exist'), ready);
    expect(await copying).toMatchObject({ code: 'server', server: { code: '42P01' } });
    await usable(db, hand);
  });

  it.each<[string, Uint8Array[]]>([
    ['a query', [result([['a', INT4]], [['1']])]],
    ['a command', [complete('SET')]],
    ['a COPY the other way', [copyOutResponse, copyData('1\n'), copyDone, complete('COPY 1')]],
  ])('refuses %s', async (_, answer) => {
    const [db, hand] = await byHand();
    hand.onCancel = () => undefined;
    const copying = failure(db.copyFrom(OUT, ['x']));
    await hand.expect('Q');
    await hand.send(...answer, ready);
    expect(await copying).toMatchObject({ name: 'FairleadError', code: 'usage' });
    await usable(db, hand);
  });

  it('aborted in the midst of it, with a source that is silent', async () => {
    const [db, hand] = await byHand();
    const abort = new AbortController();
    const { source, left } = silent(['x\n']);
    const copying = failure(db.copyFrom(IN, source, { signal: abort.signal }));
    await letIn(hand);
    await hand.expect('d');
    abort.abort();
    await hand.expect('f');
    await hand.send(errorResponse('57014', 'COPY from stdin failed'), ready);
    expect(await copying).toMatchObject({ code: 'aborted' });
    expect(left()).toBe(true);
    await usable(db, hand);
  });

  it('too slow, with a source that is silent', async () => {
    const [db, hand] = await byHand();
    const copying = failure(db.copyFrom(IN, silent().source, { timeoutMs: 30 }));
    await letIn(hand);
    await hand.expect('f');
    await hand.send(errorResponse('57014', 'COPY from stdin failed'), ready);
    expect(await copying).toMatchObject({ code: 'timeout' });
    await usable(db, hand);
  });

  it('aborted while the server has not begun, because of a lock, say', async () => {
    const [db, hand] = await byHand();
    const abort = new AbortController();
    hand.onCancel = () => void hand.send(cancelled, ready);
    const copying = failure(db.copyFrom(IN, ['x'], { signal: abort.signal }));
    await hand.expect('Q');
    abort.abort();
    expect(await copying).toMatchObject({ code: 'aborted' });
    expect(hand.cancellations).toBe(1);
    await usable(db, hand);
  });

  it('aborted just before the server begins: nothing is fed, nobody waits', async () => {
    const [db, hand] = await byHand();
    const abort = new AbortController();
    // The cancellation comes too late: the server waits for data, in which it does not look for one.
    const copying = failure(db.copyFrom(IN, ['x'], { signal: abort.signal }));
    await hand.expect('Q');
    abort.abort();
    await hand.send(copyInResponse);
    await hand.expect('f');
    await hand.send(errorResponse('57014', 'COPY from stdin failed'), ready);
    expect(await copying).toMatchObject({ code: 'aborted' });
    await usable(db, hand);
  });

  it('aborted when everything was sent: cancelled as any other statement', async () => {
    const [db, hand] = await byHand();
    const abort = new AbortController();
    hand.onCancel = () => void hand.send(cancelled, ready);
    const copying = failure(db.copyFrom(IN, ['x\n'], { signal: abort.signal }));
    await letIn(hand);
    expect((await hand.copied()).end).toBe('c');
    abort.abort();
    expect(await copying).toMatchObject({ code: 'aborted' });
    expect(hand.cancellations).toBe(1);
    await usable(db, hand);
  });

  it('aborted, and the server does not care: the caller is free soon', async () => {
    const [db, hand] = await byHand();
    const abort = new AbortController();
    const copying = failure(db.copyFrom(IN, silent(['x\n']).source, { signal: abort.signal }));
    await letIn(hand);
    await hand.expect('d');
    abort.abort();
    expect(await copying).toMatchObject({ code: 'aborted' });
    await db.close();
  });

  it('a stream that is silent is cancelled when the server fails', async () => {
    const [db, hand] = await byHand();
    const left = Promise.withResolvers<string>();
    const source = new ReadableStream<Uint8Array>({ cancel: () => left.resolve('left') });
    const copying = failure(db.copyFrom(IN, source));
    await letIn(hand);
    await hand.send(errorResponse('57P01', 'not now'), ready);
    expect(await copying).toMatchObject({ server: { code: '57P01' } });
    expect(await left.promise).toBe('left');
    await usable(db, hand);
  });

  it('aborted before it began: nothing is sent', async () => {
    const [db, hand] = await byHand();
    expect(await failure(db.copyFrom(IN, ['x'], { signal: AbortSignal.abort() }))).toMatchObject({
      code: 'aborted',
      safeToRetry: true,
    });
    await usable(db, hand);
  });

  it('a connection that is lost, with a source that is silent', async () => {
    const [db, hand] = await byHand();
    const { source, left } = silent(['x\n']);
    const copying = failure(db.copyFrom(IN, source));
    await letIn(hand);
    await hand.expect('d');
    hand.line.reset();
    expect(await copying).toMatchObject({ code: 'connection_lost', safeToRetry: false });
    expect(left()).toBe(true);
    await db.closed;
  });

  it('the second COPY of one text has no source: it is refused, and the connection goes on', async () => {
    const [db, hand] = await byHand();
    const copying = failure(db.copyFrom(IN, ['x\n']));
    await letIn(hand);
    expect((await hand.copied()).end).toBe('c');
    await hand.send(complete('COPY 1'), copyInResponse);
    await hand.expect('f');
    await hand.send(errorResponse('57014', 'COPY from stdin failed'), ready);
    expect(await copying).toMatchObject({ code: 'usage' });
    await usable(db, hand);
  });

  it('runs within a transaction', async () => {
    const [db, hand] = await byHand();
    const working = db.begin((tx) => tx.copyFrom(IN, ['x\n']));
    const begun = await hand.run('BEGIN').catch(() => undefined);
    expect(begun).toMatch(/^begin/i);
    await letIn(hand);
    await hand.copied();
    await hand.send(complete('COPY 1'), ready);
    expect(await hand.run('COMMIT')).toMatch(/^commit/i);
    expect((await working).rowCount).toBe(1);
    await usable(db, hand);
  });
});

describe('copyTo', { timeout: 5_000 }, () => {
  it('hands out what came, in whatever pieces it came', async () => {
    const [db, hand] = await byHand();
    const reading = textOf(db.copyTo(OUT));
    expect(await hand.expect('Q')).toBe(OUT);
    const said = [
      copyOutResponse,
      copyData('1\ta\n'),
      copyData('2\tü\n'),
      copyDone,
      complete('COPY 2'),
      ready,
    ];
    for (const byte of said.flatMap((part) => [...part])) await hand.send(Uint8Array.of(byte));
    expect(await reading).toBe('1\ta\n2\tü\n');
    await usable(db, hand);
  });

  it('hands out all of what came in one read, with the end', async () => {
    const [db, hand] = await byHand();
    const reading = textOf(db.copyTo(OUT));
    await hand.expect('Q');
    await hand.send(copyOutResponse, copyData('1\n'), copyData('2\n'), copyDone, complete('COPY 2'), ready);
    expect(await reading).toBe('1\n2\n');
    await usable(db, hand);
  });

  it('hands out nothing where there is nothing', async () => {
    const [db, hand] = await byHand();
    const reading = textOf(db.copyTo(OUT));
    await hand.expect('Q');
    await hand.send(copyOutResponse, copyDone, complete('COPY 0'), ready);
    expect(await reading).toBe('');
    await usable(db, hand);
  });

  it('asks for nothing until it is read', async () => {
    const [db, hand] = await byHand();
    db.copyTo(OUT);
    await new Promise((resolve) => setTimeout(resolve, 10));
    await usable(db, hand);
  });

  it('reads no faster than it is read from', async () => {
    const [db, hand] = await byHand();
    const reader = db.copyTo(OUT).getReader();
    const first = reader.read();
    await hand.expect('Q');
    const piece = copyData(new Uint8Array(65_536));
    await hand.send(copyOutResponse);
    let sent = 0;
    const sending = (async () => {
      for (; sent < 100; sent += 1) await hand.send(piece);
      await hand.send(copyDone, complete('COPY 100'), ready);
    })();
    let total = (await first).value?.length ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(sent).toBeLessThan(20);
    for (let next = await reader.read(); !next.done; next = await reader.read()) total += next.value.length;
    await sending;
    expect(total).toBe(100 * 65_536);
    await usable(db, hand);
  });

  it('a chunk stays as it is while the next ones come', async () => {
    const [db, hand] = await byHand();
    const reader = db.copyTo(OUT).getReader();
    const first = reader.read();
    await hand.expect('Q');
    await hand.send(copyOutResponse, copyData('first\n'));
    const { value } = await first;
    const second = reader.read();
    await hand.send(copyData('SECOND\n'));
    await second;
    expect(new TextDecoder().decode(value)).toBe('first\n');
    const end = reader.read();
    await hand.send(copyDone, complete('COPY 2'), ready);
    expect((await end).done).toBe(true);
    await usable(db, hand);
  });

  it('cancelled in the midst of it: the statement is cancelled on the server', async () => {
    const [db, hand] = await byHand();
    const reader = db.copyTo(OUT).getReader();
    const first = reader.read();
    await hand.expect('Q');
    await hand.send(copyOutResponse, copyData('1\n'));
    await first;
    hand.onCancel = () => void hand.send(copyData('2\n'), cancelled, ready);
    await reader.cancel();
    expect(hand.cancellations).toBe(1);
    await usable(db, hand);
  });

  it('cancelled, and the server takes its time', async () => {
    const [db, hand] = await byHand();
    const reader = db.copyTo(OUT).getReader();
    const first = reader.read();
    await hand.expect('Q');
    await hand.send(copyOutResponse, copyData('1\n'));
    await first;
    hand.onCancel = () => void setTimeout(() => hand.send(cancelled, ready), 100);
    await reader.cancel();
    await usable(db, hand);
  });

  it('cancelled as soon as it was read from', async () => {
    const [db, hand] = await byHand();
    const reader = db.copyTo(OUT).getReader();
    const first = reader.read();
    hand.onCancel = () => void hand.send(cancelled, ready);
    await reader.cancel();
    expect((await first).done).toBe(true);
    // The statement may or may not have left; the connection is free again either way.
    await usable(db, hand);
  });

  it('an error of the server in the midst of it', async () => {
    const [db, hand] = await byHand();
    const reader = db.copyTo(OUT).getReader();
    const first = reader.read();
    await hand.expect('Q');
    await hand.send(copyOutResponse, copyData('1\n'));
    await first;
    const second = failure(reader.read());
    await hand.send(errorResponse('53200', 'out of memory'), ready);
    expect(await second).toMatchObject({ code: 'server', server: { code: '53200' } });
    await usable(db, hand);
  });

  it.each<[string, Uint8Array[]]>([
    ['a query', [result([['a', INT4]], [['1']])]],
    ['a query without rows', [result([['a', INT4]], [])]],
    ['a command', [complete('SET')]],
  ])('refuses %s', async (_, answer) => {
    const [db, hand] = await byHand();
    const reading = failure(textOf(db.copyTo('x -- no copy')));
    await hand.expect('Q');
    await hand.send(...answer, ready);
    expect(await reading).toMatchObject({ name: 'FairleadError', code: 'usage' });
    await usable(db, hand);
  });

  it('refuses a COPY the other way, which the server is told', async () => {
    const [db, hand] = await byHand();
    const reading = failure(textOf(db.copyTo(IN)));
    await hand.expect('Q');
    await hand.send(copyInResponse);
    await hand.expect('f');
    await hand.send(errorResponse('57014', 'COPY from stdin failed'), ready);
    expect(await reading).toMatchObject({ name: 'FairleadError', code: 'usage' });
    await usable(db, hand);
  });

  it('too slow: the statement is cancelled', async () => {
    const [db, hand] = await byHand();
    hand.onCancel = () => void hand.send(cancelled, ready);
    const reading = failure(textOf(db.copyTo(OUT, { timeoutMs: 30 })));
    await hand.expect('Q');
    await hand.send(copyOutResponse);
    expect(await reading).toMatchObject({ code: 'timeout' });
    expect(hand.cancellations).toBe(1);
    await usable(db, hand);
  });

  it('a connection that is lost', async () => {
    const [db, hand] = await byHand();
    const reading = failure(textOf(db.copyTo(OUT)));
    await hand.expect('Q');
    await hand.send(copyOutResponse, copyData('1\n'));
    hand.line.end();
    expect(await reading).toMatchObject({ code: 'connection_lost', safeToRetry: false });
    await db.closed;
  });

  it('refuses parameters, and a piece that is larger than the limit', async () => {
    const [db, hand] = await byHand({ limits: { maxRowBytes: 100 } });
    expect(() => db.copyTo(sql`COPY (SELECT ${1}) TO STDOUT`)).toThrow(
      expect.objectContaining({ code: 'usage' }),
    );
    const piece = copyData(new Uint8Array(200));
    hand.onCancel = () => void hand.send(piece.subarray(50), cancelled, ready);
    const reading = failure(textOf(db.copyTo(OUT)));
    await hand.expect('Q');
    await hand.send(copyOutResponse, piece.subarray(0, 50));
    expect(await reading).toMatchObject({ code: 'limit' });
    await usable(db, hand);
  });
});

describe('COPY by other ways', { timeout: 5_000 }, () => {
  it.each([
    'COPY t FROM STDIN',
    '  copy t to stdout',
    '-- a word before\nCOPY t TO STDOUT',
    '/* as ORMs do */ COPY t FROM STDIN',
  ])('query() refuses %j before it is sent', async (text) => {
    const [db, hand] = await byHand();
    expect(await failure(db.query(text))).toMatchObject({
      code: 'usage',
      message: expect.stringContaining('copyFrom'),
    });
    expect(await failure(db.script(text))).toMatchObject({ code: 'usage' });
    await usable(db, hand);
  });

  it('a script that comes to COPY FROM STDIN is refused, and the connection goes on', async () => {
    const [db, hand] = await byHand();
    const running = failure(db.script('SELECT 1; COPY t FROM STDIN'));
    await hand.expect('Q');
    await hand.send(result([['a', INT4]], [['1']]), copyInResponse);
    await hand.expect('f');
    await hand.send(errorResponse('57014', 'COPY from stdin failed'), ready);
    expect(await running).toMatchObject({ code: 'usage', message: expect.stringContaining('copyFrom') });
    await usable(db, hand);
  });

  it('a script that comes to COPY TO STDOUT is refused: its data would be lost', async () => {
    const [db, hand] = await byHand();
    hand.onCancel = () => undefined;
    const running = failure(db.script('SELECT 1; COPY t TO STDOUT'));
    await hand.expect('Q');
    await hand.send(copyOutResponse, copyData('1\n'), copyDone, complete('COPY 1'), ready);
    expect(await running).toMatchObject({ code: 'usage', message: expect.stringContaining('copyTo') });
    await usable(db, hand);
  });

  it('replication, which copies both ways, is refused', async () => {
    const [db, hand] = await byHand();
    const running = failure(db.script('START_REPLICATION SLOT s LOGICAL 0/0'));
    await hand.expect('Q');
    // CopyBothResponse.
    await hand.send(Uint8Array.of(0x57, 0, 0, 0, 7, 0, 0, 0));
    expect(await running).toMatchObject({ name: 'FairleadError', code: 'usage' });
    await db.closed;
  });
});
