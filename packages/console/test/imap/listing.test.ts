// The messages of a mailbox as far as they are known.
import { describe, expect, it } from 'vitest';
import {
  neighbourOf,
  withChange,
  withFirstPage,
  withMail,
  without,
  withPage,
} from '../../src/pages/imap/account/listing.ts';
import { withFlag } from '../../src/pages/imap/messages/summary.ts';

const message = (uid: number) => ({ uid, uidValidity: 7, flags: [] });
const page = (uids: readonly number[], count: number, next?: number, uidValidity = 7) => ({
  uidValidity,
  uids,
  messages: uids.map(message),
  count,
  next,
});
const first = withPage(undefined, page([9, 8], 5, 8));

describe('a listing', () => {
  it('goes on page by page', () => {
    expect(first).toMatchObject({ uids: [9, 8], count: 5, next: 8 });
    const all = withPage(first, page([5, 2, 1], 3));
    expect(all).toMatchObject({ uids: [9, 8, 5, 2, 1], count: 5, next: undefined });
  });

  it('begins anew where the mailbox was made anew', () => {
    expect(withPage(first, page([3], 1, undefined, 8))).toMatchObject({
      uidValidity: 8,
      uids: [3],
      count: 1,
    });
  });

  it('leaves out what went between search and fetch, and counts nothing twice', () => {
    expect(withPage(undefined, { ...page([9, 8], 2), messages: [message(9)] })).toMatchObject({
      uids: [9],
      count: 1,
    });
    expect(withPage(first, page([8, 5], 4))).toMatchObject({ uids: [9, 8, 5], count: 5 });
  });

  it('keeps older messages where the first page is read anew', () => {
    const all = withPage(first, page([5, 2], 2));
    expect(withFirstPage(all, page([12, 9], 4, 9))).toMatchObject({ uids: [12, 9, 8, 5, 2], count: 4 });
    expect(withFirstPage(first, page([12], 1))).toMatchObject({ uids: [12], count: 1, next: undefined });
    expect(withFirstPage(all, page([3], 9, 3, 8))).toMatchObject({ uidValidity: 8, uids: [3], next: 3 });
  });

  it('takes a message into its place that was opened before it was listed', () => {
    const opened = { ...first, messages: new Map([...first.messages, [5, message(5)]]) };
    expect(withPage(opened, page([5, 2], 3)).uids).toEqual([9, 8, 5, 2]);
  });

  it('takes new mail, changes and losses', () => {
    const more = withMail(first, message(12));
    expect(more).toMatchObject({ uids: [12, 9, 8], count: 6 });
    expect(withMail(more, message(12)).uids).toEqual([12, 9, 8]);
    const seen = withChange(more, 9, (one) => withFlag(one, '\\Seen', true));
    expect(seen.messages.get(9)?.flags).toEqual(['\\Seen']);
    expect(more.messages.get(9)?.flags).toEqual([]);
    expect(withChange(more, 1, () => message(1))).toBe(more);
    expect(without(seen, 9)).toMatchObject({ uids: [12, 8], count: 5 });
    expect(without(seen, 1)).toBe(seen);
  });

  it('knows what stands beside a message', () => {
    expect([9, 8, 1].map((uid) => neighbourOf(first, uid))).toEqual([8, 9, undefined]);
  });
});
