// A tab's mail account: what the server answers late belongs to the mailbox that it was asked about, whichever is looked at by then.
import { expect, it } from 'vitest';
import type { PageProps } from '../../src/pages/contract.ts';
import { Account } from '../../src/pages/imap/account/account.ts';

const mail = (uid: number, subject: string) => ({
  uid,
  uidValidity: 7,
  flags: [],
  envelope: { subject, from: [] },
});

/** Both mailboxes have one message with the UID 1. */
function accountWith(late: Promise<unknown>): Account {
  const answers: Readonly<
    Record<string, (input: { body?: { mailbox?: string }; query?: { mailbox?: string } }) => unknown>
  > = {
    imapList: () => ({ mailboxes: [] }),
    imapSearch: () => ({ uidValidity: 7, uids: [1], count: 1 }),
    imapMessages: ({ query }) => ({ messages: [mail(1, `of ${query?.mailbox}`)] }),
    imapFlags: () => late,
    imapDelete: () => late,
  };
  const caller = { run: async (name: string, _: unknown, input: object) => answers[name]?.(input) };
  const tab = { id: crypto.randomUUID(), kind: 'imap', connection: 'mail' };
  return new Account({ tab, caller, connection: undefined } as unknown as PageProps);
}

it.each(['flag', 'deletion'])('a %s that ends late changes nothing in another mailbox', async (what) => {
  const late = Promise.withResolvers<object>();
  const account = accountWith(late.promise);
  await account.load();
  const change = what === 'flag' ? account.setFlag(1, '\\Flagged', true) : account.delete(1, true);
  await account.choose('Archive');
  late.resolve({});
  expect(await change).toBe(true);
  expect(account.messages.value?.messages.get(1)).toMatchObject({
    flags: [],
    envelope: { subject: 'of Archive' },
  });
});

it('a change shows in the mailbox that it was made in', async () => {
  const account = accountWith(Promise.resolve({}));
  await account.load();
  await account.setFlag(1, '\\Flagged', true);
  expect(account.messages.value?.messages.get(1)?.flags).toEqual(['\\Flagged']);
  await account.delete(1, true);
  expect(account.messages.value?.uids).toEqual([]);
});
