// SORT and THREAD (RFC 5256), where the server has them.
import { usage } from '@fairlead/errors';
import { linkOf } from '../connection/link.ts';
import { checkUids } from '../mailboxes/select.ts';
import { SORT_READERS } from '../responses/searches.ts';
import type { ThreadNode } from '../responses/types/mailbox.ts';
import type { UidOptions } from '../types/calls.ts';
import type { ImapClient } from '../types/client.ts';
import type { SearchCriteria } from '../wire/requests/search-criteria.ts';
import { searchKeys } from '../wire/requests/search-keys.ts';
import { collect } from './find-uids.ts';

/** What to sort by; a minus in front reverses it. */
export type SortKey = `${'' | '-'}${'arrival' | 'cc' | 'date' | 'from' | 'size' | 'subject' | 'to'}`;

/** How threads are told (RFC 5256 section 3). */
export type ThreadAlgorithm = 'references' | 'orderedsubject' | 'refs';

const KEY = /^-?(?:arrival|cc|date|from|size|subject|to)$/;

/**
 * The UIDs of what meets all criteria, in order.
 * @throws FairleadError `usage` where the server lacks SORT, and as every call.
 * @example
 * ```ts
 * import { connect, sort } from '@fairlead/imap';
 *
 * await using imap = await connect('imaps://app@mail.example.com', { password: env.IMAP_PASSWORD });
 * const newestFirst = await sort(imap, ['-date'], { seen: false });
 * ```
 */
export async function sort(
  client: ImapClient,
  keys: readonly SortKey[],
  criteria: SearchCriteria,
  options: UidOptions = {},
): Promise<readonly number[]> {
  return await linkOf(client).call('sort', options, async (connection) => {
    const { session } = connection;
    checkUids(session, options.uidValidity);
    if (!session.has('SORT')) throw usage('The server does not offer SORT');
    if (keys.length === 0 || !keys.every((key) => KEY.test(key))) {
      throw usage('sort takes arrival, cc, date, from, size, subject, to; with a minus for the reverse');
    }
    const order = keys.flatMap((key) =>
      key.startsWith('-') ? ['REVERSE', key.slice(1).toUpperCase()] : [key.toUpperCase()],
    );
    const found: number[] = [];
    await connection.ask({
      name: 'UID SORT',
      args: [order, 'UTF-8', ...searchKeys(criteria, { utf8: true })],
      readers: SORT_READERS,
      onData(response) {
        if (response.type === 'sort') collect(found, response.numbers);
      },
    });
    return found;
  });
}

/**
 * What meets all criteria, as threads of UIDs.
 * @param algorithm `references` follows the messages' own references, `orderedsubject` their subjects.
 * @throws FairleadError `usage` where the server lacks the algorithm, and as every call.
 * @example
 * ```ts
 * import { connect, thread } from '@fairlead/imap';
 *
 * await using imap = await connect('imaps://app@mail.example.com', { password: env.IMAP_PASSWORD });
 * const threads = await thread(imap, 'references', { since: new Date('2026-11-01') });
 * ```
 */
export async function thread(
  client: ImapClient,
  algorithm: ThreadAlgorithm,
  criteria: SearchCriteria,
  options: UidOptions = {},
): Promise<readonly ThreadNode[]> {
  return await linkOf(client).call('thread', options, async (connection) => {
    const { session } = connection;
    checkUids(session, options.uidValidity);
    const name = algorithm.toUpperCase();
    if (!session.has(`THREAD=${name}`)) throw usage(`The server does not offer THREAD=${name.slice(0, 40)}`);
    const found: ThreadNode[] = [];
    await connection.ask({
      name: 'UID THREAD',
      args: [name, 'UTF-8', ...searchKeys(criteria, { utf8: true })],
      readers: SORT_READERS,
      onData(response) {
        if (response.type === 'thread') for (const one of response.threads) found.push(one);
      },
    });
    return found;
  });
}
