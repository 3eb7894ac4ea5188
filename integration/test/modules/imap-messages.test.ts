// IMAP: large messages, synchronising after changes, stale UIDs and notices of new mail, at the servers that have what it takes.
import {
  append,
  connect,
  download,
  expunge,
  idle,
  isStaleUids,
  type MailboxEvent,
  store,
  sync,
} from '@fairlead/imap';
import { describe, expect, it } from 'vitest';
import { gathered, IMAP_NAMES, type ImapServerName, letter, login, mailbox, place } from './imap.ts';
import { failure } from './support.ts';

/** What 221,053 lines of 76 letters of base64 stand for. */
const LARGE_BYTES = 221_053 * 57;
const APPEND_BYTES = 16 * 1_048_576;
const WAYS: Readonly<Record<ImapServerName, string>> = {
  'Dovecot 2.3': 'qresync',
  'Dovecot 2.4': 'qresync',
  'Cyrus 3.12': 'qresync',
  'Courier 5': 'uids',
};

describe('large messages', () => {
  it('an attachment of 12.6 MB, decoded', async () => {
    await using imap = await connect(login('Dovecot 2.4'));
    await imap.examine('Large');
    let bytes = 0;
    for await (const chunk of await download(imap, 1, '2')) bytes += chunk.length;
    expect(bytes).toBe(LARGE_BYTES);
  });

  it('a download that is left in the middle', async () => {
    await using imap = await connect(login('Dovecot 2.4'));
    await imap.examine('Large');
    const reader = (await download(imap, 1, '2')).getReader();
    await reader.read();
    await reader.cancel();
  });

  it.each(IMAP_NAMES)('%s: 16 MiB appended from a stream', async (name) => {
    await using at = await place(name);
    const line = new TextEncoder().encode(`${'x'.repeat(1_022)}\r\n`);
    const chunk = new Uint8Array(65_536);
    for (let start = 0; start < chunk.length; start += line.length) chunk.set(line, start);
    chunk.set(new TextEncoder().encode('Subject: large\r\n\r\n'));
    async function* body(): AsyncGenerator<Uint8Array> {
      for (let left = APPEND_BYTES; left > 0; left -= chunk.length) yield chunk;
    }
    const { uid } = await append(at.imap, at.name, { size: APPEND_BYTES, stream: body() });
    expect(uid).toBe(1);
    await at.imap.select(at.name);
    expect((await gathered(at.imap.fetch(1, { size: true })))[0]?.size).toBe(APPEND_BYTES);
  });
});

describe.each(IMAP_NAMES)('%s', (name) => {
  it('synchronises: what is new, changed and gone', async () => {
    await using at = await place(name);
    for (const subject of ['one', 'two', 'three']) await append(at.imap, at.name, letter(subject));
    const first = await sync(at.imap, at.name);
    expect(first.changed.map(({ uid, isNew }) => [uid, isNew])).toEqual([1, 2, 3].map((uid) => [uid, true]));
    await using other = await connect(login(name));
    await other.select(at.name);
    await store(other, 1, { add: ['\\Flagged'] });
    await expunge(other, 2);
    await append(other, at.name, letter('four'));
    await using again = await connect(login(name));
    const second = await sync(again, at.name, first.state);
    expect(second.by).toBe(WAYS[name]);
    expect(second.isReset).toBe(false);
    expect(second.vanished.toString()).toBe('2');
    const changed = second.changed.map(({ uid, isNew }) => `${uid} ${isNew}`).sort();
    expect(changed).toEqual(second.by === 'uids' ? ['4 true'] : ['1 false', '4 true']);
    await using last = await connect(login(name));
    const third = await sync(last, at.name, second.state);
    expect(third).toMatchObject({ changed: [], state: second.state });
    expect(third.vanished.toString()).toBe('');
  });

  it('UIDs of another UIDVALIDITY are stale', async () => {
    await using imap = await connect(login(name));
    const { uidValidity } = await imap.select(mailbox(name, 'Odd'));
    expect(
      isStaleUids(await failure(store(imap, 1, { add: ['\\Seen'] }, { uidValidity: uidValidity + 1 }))),
    ).toBe(true);
    expect(await gathered(imap.fetch(1, { flags: true }, { uidValidity }))).toHaveLength(1);
  });
});

// Courier looks only once in a while.
it.each(IMAP_NAMES.filter((name) => name !== 'Courier 5'))(
  '%s: tells of new mail while it idles',
  async (name) => {
    await using at = await place(name);
    await at.imap.select(at.name);
    await using other = await connect(login(name));
    const events: MailboxEvent[] = [];
    setTimeout(() => void append(other, at.name, letter('news')), 200);
    for await (const event of idle(at.imap, { timeoutMs: 15_000 })) {
      events.push(event);
      if (event.type === 'exists') break;
    }
    expect(events.at(-1)).toMatchObject({ type: 'exists', exists: 1 });
    await at.imap.noop();
    expect(at.imap.mailbox?.exists).toBe(1);
  },
);
