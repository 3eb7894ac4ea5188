// Messages of channels: read, buffered, counted.
import { describe, expect, it } from 'vitest';
import { MessageBuffer } from '../../src/pages/redis/live/message-buffer.ts';
import { readEvent, splitNames } from '../../src/pages/redis/live/messages.ts';
import { Rates } from '../../src/pages/redis/live/rates.ts';

const message = (id: number) => ({ id, at: 0, channel: 'c', text: String(id) });
const ids = (buffer: MessageBuffer) => buffer.shown.map(({ id }) => id);

describe('events', () => {
  it('are read with commas in names and texts', () => {
    expect(readEvent('channels', 'message,a,b,{"x":1,"y":2}', ['a', 'a,b'])).toEqual({
      channel: 'a,b',
      text: '{"x":1,"y":2}',
    });
    expect(readEvent('patterns', 'pmessage,n*,news,a,b', ['n*'])).toEqual({ channel: 'news', text: 'a,b' });
    expect(readEvent('monitor', '1.2 [0 x] "GET" "k"', [])?.text).toBe('1.2 [0 x] "GET" "k"');
  });

  it('of the subscription itself are no messages', () => {
    expect(readEvent('channels', 'subscribe,a,1', ['a'])).toBeUndefined();
    expect(readEvent('channels', 'unsubscribe,a,0', ['a'])).toBeUndefined();
    expect(readEvent('monitor', '"OK"', [])).toBeUndefined();
  });
});

describe('names', () => {
  it('are parted by spaces, or quoted', () => {
    expect(splitNames(' news  "two words" news ')).toEqual(['news', 'two words']);
  });
});

describe('the buffer', () => {
  it('waits while it is paused, and loses nothing then', () => {
    const buffer = new MessageBuffer(10, 10);
    buffer.add([message(1)]);
    buffer.isPaused = true;
    buffer.add([message(2), message(3)]);
    expect([ids(buffer), buffer.waiting]).toEqual([[1], 2]);
    buffer.resume();
    expect([ids(buffer), buffer.waiting, buffer.dropped]).toEqual([[1, 2, 3], 0, 0]);
  });

  it('drops the oldest where there is no room, and counts them', () => {
    const buffer = new MessageBuffer(2, 2);
    buffer.add([message(1), message(2), message(3)]);
    expect([ids(buffer), buffer.dropped]).toEqual([[2, 3], 1]);
    buffer.isPaused = true;
    buffer.add([message(4), message(5), message(6)]);
    expect([buffer.waiting, buffer.dropped]).toEqual([2, 2]);
  });
});

describe('rates', () => {
  it('are the mean of the last whole seconds', () => {
    const rates = new Rates();
    for (let i = 0; i < 10; i++) rates.add('a');
    rates.add('b');
    expect(rates.list()).toEqual([
      { channel: 'a', count: 10, perSecond: 0 },
      { channel: 'b', count: 1, perSecond: 0 },
    ]);
    rates.tick();
    rates.tick();
    expect(rates.list()[0]).toMatchObject({ perSecond: 5 });
  });

  it('count channels together where there are too many', () => {
    const rates = new Rates();
    for (let i = 0; i < 1_500; i++) rates.add(`c${i}`);
    expect(rates.list()[0]).toMatchObject({ channel: 'all others', count: 500 });
  });
});
