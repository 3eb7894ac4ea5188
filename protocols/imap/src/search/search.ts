// SEARCH (RFC 9051 section 6.4.4): the answer is a set wherever the server can say it as one (ESEARCH, PARTIAL).
import { usage } from '@fairlead/errors';
import type { Connection } from '../connection/connection.ts';
import { linkOf } from '../connection/link.ts';
import { checkUids } from '../mailboxes/select.ts';
import { type NumberRange, NumberSet } from '../names/number-set.ts';
import { SEARCH_READERS } from '../responses/searches.ts';
import type { SearchOptions } from '../types/calls.ts';
import type { ImapClient } from '../types/client.ts';
import type { SearchResult } from '../types/messages.ts';
import type { SearchCriteria } from '../wire/requests/search-criteria.ts';
import { searchKeys } from '../wire/requests/search-keys.ts';
import { collect } from './find-uids.ts';

type Page = readonly [first: number, last: number];

/**
 * The messages that meet all criteria.
 * @throws FairleadError as every call.
 * @example
 * ```ts
 * import { connect, search } from '@fairlead/imap';
 *
 * await using imap = await connect('imaps://app@mail.example.com', { password: env.IMAP_PASSWORD });
 * await imap.select('INBOX');
 * const { uids, count } = await search(imap, { seen: false, since: new Date('2026-11-01') });
 * ```
 */
export async function search(
  client: ImapClient,
  criteria: SearchCriteria,
  options: SearchOptions = {},
): Promise<SearchResult> {
  return await linkOf(client).call('search', options, (connection) => find(connection, criteria, options));
}

async function find(
  connection: Connection,
  criteria: SearchCriteria,
  { uidValidity, partial }: SearchOptions,
): Promise<SearchResult> {
  const { session } = connection;
  checkUids(session, uidValidity);
  if (partial !== undefined) checkPage(partial);
  const isExtended = session.has('ESEARCH', 'IMAP4REV2');
  // RFC 5267 counts from the first one alone.
  const isPaged =
    partial !== undefined && (session.has('PARTIAL') || (partial[0] > 0 && session.has('CONTEXT=SEARCH')));
  const items = isPaged ? ['PARTIAL', `${partial[0]}:${partial[1]}`, 'COUNT'] : ['ALL', 'COUNT'];
  const found: number[] = [];
  let set: NumberSet | undefined;
  // UTF8=ACCEPT forbids a charset. Under IMAP4rev2 it may go without saying, but Cyrus 3.12 then finds nothing.
  const utf8 = session.enabled.has('UTF8=ACCEPT');
  let count: number | undefined;
  let highestModSeq: bigint | undefined;
  await connection.ask({
    name: 'UID SEARCH',
    args: [...(isExtended ? ['RETURN', items] : []), ...searchKeys(criteria, { utf8 })],
    readers: SEARCH_READERS,
    onData(response) {
      if (response.type === 'search') {
        collect(found, response.numbers);
        highestModSeq = response.modSeq ?? highestModSeq;
      } else if (response.type === 'esearch' && response.isUid) {
        set = response.partial?.set ?? response.all ?? set;
        count = response.count ?? count;
        highestModSeq = response.modSeq ?? highestModSeq;
      }
    },
  });
  const uids = set ?? NumberSet.of(found);
  count ??= uids.size;
  return { uids: partial === undefined || isPaged ? uids : pageOf(uids, partial), count, highestModSeq };
}

function checkPage([first, last]: Page): void {
  const isWhole = Number.isSafeInteger(first) && Number.isSafeInteger(last);
  if (!isWhole || first * last <= 0) {
    throw usage('partial is two whole numbers, both above 0, or both below 0 to count from the end');
  }
}

/** The members at these places, counted from 1; below 0 from the end. No set is expanded. */
function pageOf(set: NumberSet, [one, other]: Page): NumberSet {
  const places = [one, other].map((place) => (place < 0 ? set.size + place + 1 : place));
  const from = Math.min(...places);
  const to = Math.max(...places);
  const ranges: NumberRange[] = [];
  let before = 0;
  for (const [first, last] of set.ranges) {
    const start = Math.max(first, first + from - 1 - before);
    const end = Math.min(last, first + to - 1 - before);
    if (start <= end) ranges.push([start, end]);
    before += last - first + 1;
  }
  return NumberSet.of(ranges);
}
