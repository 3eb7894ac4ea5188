// All UIDs of a mailbox, or of a set: by a search of one key. It expands no set.
import type { Connection } from '../connection/connection.ts';
import { NumberSet } from '../names/number-set.ts';
import { SEARCH_READERS } from '../responses/searches.ts';
import { limitError } from '../wire/errors.ts';

/** Numbers that are held one by one, where the server cannot say them as a set. */
const MAX_FOUND = 1_000_000;

/** Adds the numbers of one more response. @throws FairleadError `limit`. */
export function collect(found: number[], numbers: readonly number[]): void {
  if (found.length + numbers.length > MAX_FOUND) {
    throw limitError('messages of a search', MAX_FOUND);
  }
  for (const one of numbers) found.push(one);
}

/** The UIDs of the messages that a search key names. @param key `ALL`, or `UID` and a set. */
export async function findUids(connection: Connection, ...key: readonly string[]): Promise<NumberSet> {
  const { session } = connection;
  const found: number[] = [];
  let all: NumberSet | undefined;
  await connection.ask({
    name: 'UID SEARCH',
    args: [...(session.has('ESEARCH', 'IMAP4REV2') ? ['RETURN', ['ALL']] : []), ...key],
    readers: SEARCH_READERS,
    onData(response) {
      if (response.type === 'search') collect(found, response.numbers);
      else if (response.type === 'esearch') all = response.all ?? all;
    },
  });
  return all ?? NumberSet.of(found);
}
