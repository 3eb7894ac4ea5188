// STORE (RFC 9051 section 6.4.6), with UNCHANGEDSINCE (RFC 7162 section 3.1.3).
import { usage } from '@fairlead/errors';
import type { Connection } from '../connection/connection.ts';
import { linkOf } from '../connection/link.ts';
import { checkUids } from '../mailboxes/select.ts';
import { NumberSet } from '../names/number-set.ts';
import type { StoreOptions } from '../types/calls.ts';
import type { ImapClient } from '../types/client.ts';
import type { FlagChange, StoreResult, Uids } from '../types/messages.ts';
import type { Argument } from '../wire/arguments.ts';
import { protocolError } from '../wire/errors.ts';
import { flagList } from '../wire/values.ts';
import { uidSets } from './uids.ts';

/**
 * Changes flags.
 * @throws FairleadError as every call.
 * @example
 * ```ts
 * import { connect, store } from '@fairlead/imap';
 *
 * await using imap = await connect('imaps://app@mail.example.com', { password: env.IMAP_PASSWORD });
 * await imap.select('INBOX');
 * const { modified } = await store(imap, [7, 8], { add: ['\\Seen'] }, { uidValidity: 1 });
 * ```
 */
export async function store(
  client: ImapClient,
  uids: Uids,
  change: FlagChange,
  options: StoreOptions = {},
): Promise<StoreResult> {
  return await linkOf(client).call('store', options, (connection) =>
    storeSets(connection, uids, change, options),
  );
}

async function storeSets(
  connection: Connection,
  uids: Uids,
  change: FlagChange,
  { uidValidity, unchangedSince }: StoreOptions,
): Promise<StoreResult> {
  const { session } = connection;
  const [sign, flags] = signOf(change);
  checkUids(session, uidValidity);
  if (unchangedSince !== undefined) {
    if (typeof unchangedSince !== 'bigint' || unchangedSince < 0n) throw usage('unchangedSince is a bigint');
    if (!session.has('CONDSTORE', 'QRESYNC')) throw usage('The server does not offer CONDSTORE');
  }
  let modified = NumberSet.of([]);
  for (const set of uidSets(uids)) {
    const condition = unchangedSince === undefined ? [] : [['UNCHANGEDSINCE', `${unchangedSince}`]];
    const exchange = await connection.send({
      name: 'UID STORE',
      args: [set, ...condition, `${sign}FLAGS.SILENT`, flags],
      effect: 'partial',
    });
    const { code, ...reply } = await connection.answer(exchange);
    if (code?.name === 'MODIFIED' && reply.status !== 'BAD') {
      if (code.set === undefined) throw protocolError('MODIFIED names no messages');
      modified = modified.union(code.set);
    }
    // RFC 7162 section 3.1.3: what was changed in between is no error of the others.
    else if (reply.status !== 'OK') await connection.finish(exchange);
  }
  return { modified };
}

function signOf(change: FlagChange): readonly [sign: string, flags: Argument] {
  const given = Object.entries(change).filter(([, flags]) => flags !== undefined);
  const [name, flags] = given[0] ?? [];
  const sign = { add: '+', remove: '-', set: '' }[name ?? ''];
  if (given.length !== 1 || sign === undefined || flags === undefined) {
    throw usage('A change of flags is one of { add }, { remove } and { set }');
  }
  return [sign, flagList(flags)];
}
