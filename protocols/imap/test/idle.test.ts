// How long a watch lives: it asks anew before servers give it up, and waits for a reader that pauses, both by the clock.
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { idle } from '../src/index.ts';
import { MailServer } from './support/mail-server.ts';
import { caught, openClient } from './support/open.ts';

expectNoUnhandledRejection();

afterEach(() => {
  vi.useRealTimers();
});

async function watched() {
  const server = new MailServer();
  const imap = await openClient(server, { timeoutMs: 3_600_000 });
  await imap.select('INBOX');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  return { server, imap };
}
const minutes = (count: number): Promise<unknown> => vi.advanceTimersByTimeAsync(count * 60_000);

describe('a watch', () => {
  it('asks anew after nine minutes, and ends when its time is up', async () => {
    const { server, imap } = await watched();
    const events = idle(imap, { timeoutMs: 20 * 60_000 });
    const end = events.next();
    await minutes(1);
    expect(server.commands.slice(-1)).toEqual(['IDLE']);
    await minutes(9);
    await minutes(9);
    expect(server.commands.slice(-5)).toEqual(['IDLE', 'DONE', 'IDLE', 'DONE', 'IDLE']);
    await minutes(2);
    expect(await end).toEqual({ done: true, value: undefined });
    expect(server.commands.slice(-2)).toEqual(['IDLE', 'DONE']);
    await imap.noop();
  });

  it('waits for a reader that pauses longer than the server may', async () => {
    const { server, imap } = await watched();
    server.hook = async (line, write) => {
      if (line === 'IDLE') await write('* 4 EXISTS\r\n');
      return false;
    };
    const events = idle(imap, { timeoutMs: 60_000 });
    const first = events.next();
    await minutes(0.5);
    expect(await first).toMatchObject({ value: { type: 'exists', exists: 4 } });
    // The time is up, DONE was sent, and the reader is still busy.
    await minutes(1.3);
    expect(await caught(events.next())).toBe('no error');
    await imap.noop();
  });

  it('is given up where the reader never comes back', async () => {
    const { server, imap } = await watched();
    server.hook = async (line, write) => {
      if (line === 'IDLE') await write('* 4 EXISTS\r\n');
      return false;
    };
    const events = idle(imap, { timeoutMs: 60_000 });
    const first = events.next();
    await minutes(0.5);
    await first;
    await minutes(3);
    expect(await caught(imap.noop())).toMatchObject({ code: 'connection_lost' });
  });
});
