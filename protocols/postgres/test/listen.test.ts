// LISTEN and NOTIFY: who hears what, how much may wait, and how listening ends.
import { describe, expect, it } from 'vitest';
import type { NotificationStream } from '../src/types.ts';
import { errorResponse, message, ready } from './support/backend.ts';
import { byHand, failure, type Hand, notification } from './support/by-hand.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function listening(
  hand: Hand,
  opening: Promise<NotificationStream>,
  text = 'LISTEN "c"',
): Promise<NotificationStream> {
  expect(await hand.run('LISTEN')).toBe(text);
  return opening;
}

const payload = async (stream: NotificationStream): Promise<string> => {
  const { value, done } = await stream.next();
  return done ? 'the end' : value.payload;
};

describe('listen', { timeout: 5_000 }, () => {
  it('hears what comes while nothing is asked, and tells all of it', async () => {
    const [db, hand] = await byHand();
    const stream = await listening(hand, db.listen('c'));
    const waiting = stream.next();
    await pause(10);
    await hand.send(notification('c', 'hello', 42));
    expect(await waiting).toEqual({ done: false, value: { channel: 'c', payload: 'hello', processId: 42 } });
    await db.close();
  });

  it('keeps what came before it was asked for, in order, also within answers to queries', async () => {
    const [db, hand] = await byHand();
    const stream = await listening(hand, db.listen('c'));
    await hand.send(notification('c', '1'), notification('c', '2'));
    const asked = db.query('SELECT 1');
    await hand.expect('P');
    for (const type of 'BDES') await hand.expect(type);
    await hand.send(
      message('1'),
      message('2'),
      notification('c', '3'),
      message('n'),
      message('C', 'SELECT 0\0'),
      notification('c', '4'),
      ready,
      notification('c', '5'),
    );
    await asked;
    const heard: string[] = [];
    for (let i = 0; i < 5; i += 1) heard.push(await payload(stream));
    expect(heard).toEqual(['1', '2', '3', '4', '5']);
    await db.close();
  });

  it('quotes the channel', async () => {
    const [db, hand] = await byHand();
    const stream = await listening(hand, db.listen('My "ch"'), 'LISTEN "My ""ch"""');
    const waiting = stream.next();
    await hand.send(notification('my "ch"', 'another'), notification('My "ch"', 'mine'));
    expect((await waiting).value).toMatchObject({ payload: 'mine' });
    await db.close();
  });

  it.each(['', 'x'.repeat(64), 'ü'.repeat(32), 'a\0b'])('refuses the channel %j', async (channel) => {
    const [db] = await byHand();
    expect(await failure(db.listen(channel))).toMatchObject({ name: 'FairleadError', code: 'usage' });
    await db.close();
  });

  it('gives every listener of a channel everything, and others nothing', async () => {
    const [db, hand] = await byHand();
    const a = await listening(hand, db.listen('c'));
    const b = await listening(hand, db.listen('c'));
    const other = await listening(hand, db.listen('d'), 'LISTEN "d"');
    await hand.send(notification('c', '1'), notification('d', '2'), notification('e', '3'));
    expect(await payload(a)).toBe('1');
    expect(await payload(b)).toBe('1');
    expect(await payload(other)).toBe('2');
    await db.close();
  });

  it('hands notifications to those who wait in the order in which they asked', async () => {
    const [db, hand] = await byHand();
    const stream = await listening(hand, db.listen('c'));
    const both = Promise.all([payload(stream), payload(stream)]);
    await hand.send(notification('c', '1'), notification('c', '2'));
    expect(await both).toEqual(['1', '2']);
    await db.close();
  });

  it('what the server has against it is thrown, and the channel is given up', async () => {
    const [db, hand] = await byHand();
    const opening = failure(db.listen('c'));
    for (const type of 'PBDES') await hand.expect(type);
    await hand.send(errorResponse('25006', 'cannot execute LISTEN during recovery'), ready);
    expect(await opening).toMatchObject({ code: 'server', server: { code: '25006' } });
    await listening(hand, db.listen('c'));
    await db.close();
  });

  it('aborted before it began: nothing is sent', async () => {
    const [db, hand] = await byHand();
    expect(await failure(db.listen('c', { signal: AbortSignal.abort() }))).toMatchObject({ code: 'aborted' });
    await listening(hand, db.listen('d'), 'LISTEN "d"');
    await db.close();
  });
});

describe('leaving', { timeout: 5_000 }, () => {
  it('the loop sends UNLISTEN, and what comes later is dropped', async () => {
    const [db, hand] = await byHand();
    const stream = await listening(hand, db.listen('c'));
    await hand.send(notification('c', '1'), notification('c', '2'));
    const unlistened = hand.run('UNLISTEN');
    for await (const { payload: first } of stream) {
      expect(first).toBe('1');
      break;
    }
    expect(await unlistened).toBe('UNLISTEN "c"');
    await hand.send(notification('c', '3'));
    expect(await payload(stream)).toBe('the end');
    await db.close();
  });

  it('by disposal does as well, once', async () => {
    const [db, hand] = await byHand();
    const stream = await listening(hand, db.listen('c'));
    const leaving = stream[Symbol.asyncDispose]();
    expect(await hand.run('UNLISTEN')).toBe('UNLISTEN "c"');
    await leaving;
    await stream[Symbol.asyncDispose]();
    await stream.return?.();
    await db.close();
    expect(await hand.expect('X')).toBe('');
  });

  it('ends for those who wait', async () => {
    const [db, hand] = await byHand();
    const stream = await listening(hand, db.listen('c'));
    const waiting = payload(stream);
    const leaving = stream[Symbol.asyncDispose]();
    expect(await waiting).toBe('the end');
    await hand.run('UNLISTEN');
    await leaving;
    await db.close();
  });

  it('keeps the channel while another one listens', async () => {
    const [db, hand] = await byHand();
    const a = await listening(hand, db.listen('c'));
    const b = await listening(hand, db.listen('c'));
    await a[Symbol.asyncDispose]();
    await hand.send(notification('c', 'still'));
    expect(await payload(b)).toBe('still');
    const leaving = b[Symbol.asyncDispose]();
    expect(await hand.run('UNLISTEN')).toBe('UNLISTEN "c"');
    await leaving;
    await db.close();
  });

  it('and listening again at once: the last word counts', async () => {
    const [db, hand] = await byHand();
    const a = await listening(hand, db.listen('c'));
    const leaving = a[Symbol.asyncDispose]();
    const opening = db.listen('c');
    expect(await hand.run('UNLISTEN')).toBe('UNLISTEN "c"');
    const b = await listening(hand, opening);
    await leaving;
    await hand.send(notification('c', 'again'));
    expect(await payload(b)).toBe('again');
    await db.close();
  });
});

describe('too much, and the end', { timeout: 5_000 }, () => {
  it('a listener who takes nothing hears of it behind the first thousand, and the channel is left', async () => {
    const [db, hand] = await byHand();
    const stream = await listening(hand, db.listen('c'));
    const numbers = Array.from({ length: 1001 }, (_, i) => notification('c', String(i)));
    await hand.send(...numbers);
    expect(await hand.run('UNLISTEN')).toBe('UNLISTEN "c"');
    for (let i = 0; i < 1000; i += 1) expect(await payload(stream)).toBe(String(i));
    expect(await failure(stream.next())).toMatchObject({ name: 'FairleadError', code: 'limit' });
    expect(await payload(stream)).toBe('the end');
    await db.close();
  });

  it('does not bother the other listeners of the channel', async () => {
    const [db, hand] = await byHand();
    const idle = await listening(hand, db.listen('c'));
    const busy = await listening(hand, db.listen('c'));
    let heard = 0;
    const counting = (async () => {
      for await (const { payload: text } of busy) {
        heard += 1;
        if (text === 'last') break;
      }
    })();
    for (let i = 0; i < 11; i += 1) {
      await hand.send(...Array.from({ length: 100 }, () => notification('c', 'x')));
      await pause(1);
    }
    const leaving = hand.run('UNLISTEN');
    await hand.send(notification('c', 'last'));
    await counting;
    expect(heard).toBe(1101);
    expect(await leaving).toBe('UNLISTEN "c"');
    for (let i = 0; i < 1000; i += 1) await idle.next();
    expect(await failure(idle.next())).toMatchObject({ code: 'limit' });
    await db.close();
  });

  it('a connection that is lost: what came is still to be had, then the error, then the end', async () => {
    const [db, hand] = await byHand();
    const stream = await listening(hand, db.listen('c'));
    const other = await listening(hand, db.listen('d'), 'LISTEN "d"');
    const waiting = failure(other.next());
    await hand.send(notification('c', 'last words'));
    await pause(10);
    hand.line.reset();
    expect(await waiting).toMatchObject({ code: 'connection_lost' });
    expect(await payload(stream)).toBe('last words');
    expect(await failure(stream.next())).toMatchObject({ code: 'connection_lost' });
    expect(await payload(stream)).toBe('the end');
    await stream[Symbol.asyncDispose]();
    expect(await failure(db.listen('c'))).toMatchObject({ code: 'connection_lost', safeToRetry: true });
    await db.close();
  });

  it('a server that goes away says why', async () => {
    const [db, hand] = await byHand();
    const stream = await listening(hand, db.listen('c'));
    const waiting = failure(stream.next());
    await hand.send(errorResponse('57P01', 'terminating connection', { S: 'FATAL', V: 'FATAL' }));
    hand.line.end();
    expect(await waiting).toMatchObject({ name: 'FairleadError', server: { code: '57P01' } });
    await db.closed;
  });

  it('close() ends all listeners, and says goodbye', async () => {
    const [db, hand] = await byHand();
    const stream = await listening(hand, db.listen('c'));
    const waiting = failure(stream.next());
    await db.close();
    expect(await hand.expect('X')).toBe('');
    expect(await waiting).toMatchObject({ code: 'closed' });
    expect(await failure(db.listen('c'))).toMatchObject({ code: 'closed', safeToRetry: true });
  });

  it('a notification that is cut anywhere is still whole, and one without its NUL is a fault', async () => {
    const [db, hand] = await byHand();
    const stream = await listening(hand, db.listen('c'));
    for (const byte of notification('c', 'ünïcode')) await hand.send(Uint8Array.of(byte));
    expect(await payload(stream)).toBe('ünïcode');
    const waiting = failure(stream.next());
    await hand.send(message('A', 0, 0, 0, 7, 'c'));
    expect(await waiting).toMatchObject({ code: 'protocol' });
    await db.closed;
  });
});
