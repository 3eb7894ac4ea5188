// Mailboxes as a tree.
import { expect, it } from 'vitest';
import { treeRows } from '../../src/pages/imap/mailboxes/tree.ts';

const box = (name: string, more: object = {}) => ({
  name,
  delimiter: '/',
  attributes: [],
  isSelectable: true,
  isSubscribed: true,
  ...more,
});

it('the inbox, then those with a use, then by name; levels that are no mailbox stand, too', () => {
  const rows = treeRows([
    box('Work/2026/Harbour'),
    box('Trash', { specialUse: 'trash' }),
    box('Älter'),
    box('inbox'),
    box('Sent', { specialUse: 'sent' }),
    box('Work'),
    box('Odd/name', { delimiter: undefined }),
  ]);
  expect(
    rows.map(({ label, depth, mailbox }) => `${'-'.repeat(depth)}${label}${mailbox ? '' : '?'}`),
  ).toEqual(['inbox', 'Sent', 'Trash', 'Älter', 'Odd/name', 'Work', '-2026?', '--Harbour']);
  expect(rows.find(({ label }) => label === '2026')?.name).toBe('Work/2026');
});

it('names such as those of an object’s members', () => {
  expect(treeRows([box('__proto__/constructor')]).map(({ name }) => name)).toEqual([
    '__proto__',
    '__proto__/constructor',
  ]);
});
