// The log of messages: its bounds and its filter; and what waits while the page is paused.
import { describe, expect, it } from 'vitest';
import { WaitingMessages } from '../../src/pages/mqtt/feed/waiting-messages.ts';
import { MAX_MESSAGES, MessageLog } from '../../src/pages/mqtt/log/message-log.ts';
import { message } from './message.ts';

const textsOf = (log: MessageLog) => Array.from({ length: log.found }, (_, i) => log.foundAt(i)?.text);

describe('MessageLog', () => {
  it('keeps the last ones, and counts what it drops', () => {
    const log = new MessageLog();
    for (let i = 0; i < MAX_MESSAGES + 5; i++) log.add(message('t', String(i)));
    expect({ length: log.length, dropped: log.dropped }).toEqual({ length: MAX_MESSAGES, dropped: 5 });
    expect(log.foundAt(0)?.text).toBe('5');
    expect(log.foundAt(MAX_MESSAGES - 1)?.text).toBe(String(MAX_MESSAGES + 4));
    expect(log.foundAt(MAX_MESSAGES)).toBeUndefined();
  });

  it('keeps fewer where they are large, and the last one in any case', () => {
    const log = new MessageLog();
    for (let i = 0; i < 5; i++) log.add(message('t', 'x'.repeat(10_000_000)));
    expect(log.length).toBe(2);
    log.add(message('t', 'x'.repeat(30_000_000)));
    expect(log.length).toBe(1);
  });

  it('finds texts in what is there and in what comes', () => {
    const log = new MessageLog();
    for (const text of ['Wind', 'tide', 'WINDY']) log.add(message('t', text));
    log.filter('wind');
    log.add(message('wind', 'calm'));
    log.add(message('t', 'fog'));
    expect(textsOf(log)).toEqual(['Wind', 'WINDY', 'calm']);
    log.filter('');
    expect(log.found).toBe(5);
  });

  it('lets found ones go with the log', () => {
    const log = new MessageLog();
    log.filter('even');
    const total = 3 * MAX_MESSAGES;
    for (let i = 0; i < total; i++) log.add(message('t', i % 2 === 0 ? `even ${i}` : 'odd'));
    expect(log.found).toBe(MAX_MESSAGES / 2);
    expect(log.foundAt(0)?.text).toBe(`even ${total - MAX_MESSAGES}`);
  });
});

describe('WaitingMessages', () => {
  it('gives all back in their order, and says when it is full', () => {
    const waiting = new WaitingMessages();
    for (let i = 0; i < 50_000; i++) waiting.add(message('t', String(i)));
    expect(waiting.isFull).toBe(true);
    // What was on its way is not lost.
    waiting.add(message('t', 'last'));
    const all = waiting.takeAll();
    expect([all.length, all[0]?.text, all.at(-1)?.text]).toEqual([50_001, '0', 'last']);
    expect([waiting.length, waiting.isFull]).toEqual([0, false]);
  });

  it('is full of few that are large', () => {
    const waiting = new WaitingMessages();
    for (let i = 0; i < 4; i++) waiting.add(message('t', 'x'.repeat(8_000_000)));
    expect(waiting.isFull).toBe(true);
  });
});
