// IMAP: the same steps through imapflow and through our client, with the same answers, at every server.
import { expect, it } from 'vitest';
import type { ImapOracleAnswer } from '../../servers/imap-steps.ts';
import { IMAP_NAMES, letter, login, mailbox } from './imap.ts';
import { type ImapStep, ours, theirs } from './imap-oracle.ts';

/** All that changes nothing. `at` gives a mailbox's full name. */
function readingSteps(at: (name: string) => string): ImapStep[] {
  return [
    { do: 'status', mailbox: at('Thousand') },
    { do: 'status', mailbox: at('nowhere') },
    { do: 'select', mailbox: at('nowhere') },
    { do: 'select', mailbox: at('台北') },
    { do: 'fetch', uids: '1:*' },
    { do: 'select', mailbox: at('Odd') },
    { do: 'fetch', uids: '1:*' },
    { do: 'search', criteria: { subject: 'group' } },
    { do: 'search', criteria: { body: 'inside' } },
    { do: 'download', uid: 12, part: '' },
    { do: 'download', uid: 12, part: '1' },
    { do: 'download', uid: 13, part: '2.2' },
    { do: 'select', mailbox: at('Thousand') },
    { do: 'fetch', uids: '1:200' },
    { do: 'flags', uids: '1:*' },
    { do: 'search', criteria: { seen: true, from: 'sailor3@' } },
    { do: 'search', criteria: { subject: 'Grüße' } },
    { do: 'search', criteria: { flagged: true, larger: 500 } },
    { do: 'search', criteria: { subject: 'nothing has this' } },
    { do: 'download', uid: 4, part: '1' },
    { do: 'download', uid: 4, part: '2' },
  ];
}

/** Works in two mailboxes that are new and empty. */
function changingSteps(one: string, two: string, nowhere: string): ImapStep[] {
  const appended = ['one', 'two', 'three', 'four', 'Grüße'].map(
    (subject): ImapStep => ({ do: 'append', mailbox: one, text: letter(subject), flags: ['\\Seen'] }),
  );
  return [
    ...appended,
    { do: 'append', mailbox: nowhere, text: letter('nowhere'), flags: [] },
    { do: 'select', mailbox: one },
    { do: 'store', uids: '1:2', change: 'add', flags: ['\\Flagged', 'Work'] },
    { do: 'flags', uids: '1:*' },
    { do: 'store', uids: '2', change: 'remove', flags: ['\\Flagged', '\\Seen'] },
    { do: 'store', uids: '3,5', change: 'set', flags: ['\\Answered'] },
    { do: 'flags', uids: '1:*' },
    { do: 'copy', uids: '1:3', mailbox: two },
    { do: 'copy', uids: '1', mailbox: nowhere },
    { do: 'move', uids: '4', mailbox: two },
    { do: 'expunge', uids: '2' },
    { do: 'flags', uids: '1:*' },
    { do: 'status', mailbox: one },
    { do: 'select', mailbox: two },
    { do: 'flags', uids: '1:*' },
  ];
}

/**
 * What imapflow reads otherwise: unknown charsets, headers of raw bytes, groups and addresses without a domain, which each server
 * sends in its own way.
 */
const READ_OTHERWISE = ['odd-3', 'odd-4', 'odd-5', 'odd-14'].map((id) => `<${id}@mail.test>`);

/** An answer without what is read otherwise. */
function comparable(answer: ImapOracleAnswer | undefined): unknown {
  if (!answer || !('found' in answer)) return answer;
  return answer.found.map((message) => {
    if (!READ_OTHERWISE.includes(message.messageId ?? '')) return message;
    const { subject: _, from: __, to: ___, ...rest } = message;
    return rest;
  });
}

/** Each step with its answer: what differs is shown by name. */
function paired(steps: readonly ImapStep[], answers: readonly ImapOracleAnswer[]): object[] {
  return steps.map((step, index) => ({ ...step, answer: comparable(answers[index]) }));
}

it.each(IMAP_NAMES)('%s: mailboxes and messages that are there', async (name) => {
  const options = login(name);
  const steps = readingSteps((box) => mailbox(name, box));
  const expected = await theirs({ port: options.port, steps });
  expect(paired(steps, await ours(options, steps))).toEqual(paired(steps, expected));
});

it.each(IMAP_NAMES)('%s: changes', async (name) => {
  const options = login(name);
  const { port } = options;
  const nowhere = mailbox(name, 'nowhere');
  const made = ['a', 'b', 'c', 'd'].map((letters) => mailbox(name, `both-${letters}-${crypto.randomUUID()}`));
  const [one = '', two = '', three = '', four = ''] = made;
  await theirs({ port, steps: made.map((box) => ({ do: 'create', mailbox: box })) });
  const theirSteps = changingSteps(one, two, nowhere);
  const expected = await theirs({ port, steps: theirSteps });
  const actual = await ours(options, changingSteps(three, four, nowhere));
  await theirs({ port, steps: made.map((box) => ({ do: 'delete', mailbox: box })) });
  expect(paired(theirSteps, actual)).toEqual(paired(theirSteps, expected));
});

it.each(IMAP_NAMES)('%s: the list of mailboxes, with their figures', async (name) => {
  const options = login(name);
  const steps: ImapStep[] = [{ do: 'list' }];
  const lists = [await theirs({ port: options.port, steps }), await ours(options, steps)];
  // Other tests make mailboxes of their own at the same time; imapflow guesses uses by names, which the server does not state.
  const [theirList, ourList] = lists.map(([answer]) =>
    answer && 'mailboxes' in answer
      ? answer.mailboxes
          .filter((box) => !/(both|test)-/.test(box.name))
          .map(({ name: full, messages, unseen }) => ({ full, messages, unseen }))
      : [],
  );
  expect(ourList).toEqual(theirList);
  expect(ourList?.length).toBeGreaterThanOrEqual(9);
});
