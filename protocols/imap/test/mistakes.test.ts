// What programs get wrong that no compiler has seen: the error names it, and nothing is sent.
import { describe, expect, it } from 'vitest';
import { append, download, type ImapClient, search, store, sync } from '../src/index.ts';
import { MailServer } from './support/mail-server.ts';
import { all, caught, openClient } from './support/open.ts';

type Mistake = readonly [what: string, call: (imap: ImapClient) => Promise<unknown>, message: string];

const MISTAKES: readonly Mistake[] = [
  [
    'an item of fetch that is unknown',
    (imap) => all(imap.fetch(1, { envelop: true } as object)),
    'fetch knows no item "envelop"',
  ],
  ['a criterion that is unknown', (imap) => search(imap, { unseen: true } as object), 'criterion "unseen"'],
  [
    'UIDs that are none',
    (imap) => store(imap, { newest: 1 } as never, { add: ['\\Seen'] }),
    'A set of messages must be one as 1:4,7',
  ],
  ['messages that are none', (imap) => all(imap.fetch({} as never, {})), 'A set of messages must be one'],
  ['no part', (imap) => download(imap, 1, undefined as never), "'' for the whole message"],
  [
    'a message of another shape',
    (imap) => append(imap, 'INBOX', { body: new Uint8Array(1) } as never),
    'A message is text, bytes, or { size, stream }',
  ],
];

describe('a mistake', () => {
  it.each(MISTAKES)('is named: %s', async (_, call, message) => {
    const server = new MailServer();
    await using imap = await openClient(server);
    await imap.select('INBOX');
    const before = server.commands.length;
    expect(await caught(call(imap))).toMatchObject({
      code: 'usage',
      message: expect.stringContaining(message),
    });
    expect(server.commands.length).toBe(before);
    await imap.noop();
  });

  it('is none: no state yet, as a store says it', async () => {
    await using imap = await openClient(new MailServer());
    const { changed, isReset } = await sync(imap, 'INBOX', null);
    expect([changed.every(({ isNew }) => isNew), isReset]).toEqual([true, false]);
  });

  it('is named: a call in a loop over fetch, which waits in vain', async () => {
    await using imap = await openClient(new MailServer());
    await imap.select('INBOX');
    const loop = async (): Promise<void> => {
      for await (const _ of imap.fetch('1:*', { flags: true })) await imap.noop({ timeoutMs: 20 });
    };
    expect(await caught(loop())).toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('a fetch that is not read to its end, was before it'),
    });
  });
});
