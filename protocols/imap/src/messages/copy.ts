// COPY, MOVE (RFC 6851) and UID EXPUNGE (RFC 4315). Plain EXPUNGE is never sent: it deletes what others have marked.
import { FairleadError, isFairleadError, usage } from '@fairlead/errors';
import type { Connection } from '../connection/connection.ts';
import { linkOf } from '../connection/link.ts';
import { mailboxName } from '../mailboxes/mailbox-name.ts';
import { checkUids } from '../mailboxes/select.ts';
import { type CopiedUids, copiedCount, copiedUids, readCopied } from '../names/copied-uids.ts';
import { NumberSet } from '../names/number-set.ts';
import type { Response, ResponseCode } from '../responses/types/response.ts';
import { findUids } from '../search/find-uids.ts';
import type { UidOptions } from '../types/calls.ts';
import type { ImapClient } from '../types/client.ts';
import type { CopyResult, Uids } from '../types/messages.ts';
import { uidSets } from './uids.ts';

/** No mailbox holds more; a server that says so is not believed. */
const MAX_COPIED = 1_000_000;

/**
 * Copies messages to another mailbox.
 * @throws FairleadError `server` with the code TRYCREATE where it does not exist, and as every call.
 */
export async function copy(
  client: ImapClient,
  uids: Uids,
  target: string,
  options: UidOptions = {},
): Promise<CopyResult> {
  return await linkOf(client).call('copy', options, async (connection) => {
    checkUids(connection.session, options.uidValidity);
    const copied = new Copied();
    for (const set of uidSets(uids)) await transfer(connection, 'UID COPY', set, target, copied);
    return copied.result;
  });
}

/**
 * Moves messages to another mailbox: by MOVE, else by COPY, \Deleted and UID EXPUNGE.
 * @throws FairleadError `usage` where the server has neither MOVE nor UIDPLUS, and as every call.
 * @example
 * ```ts
 * import { connect, move } from '@fairlead/imap';
 *
 * await using imap = await connect('imaps://app@mail.example.com', { password: env.IMAP_PASSWORD });
 * await imap.select('INBOX');
 * const { uids } = await move(imap, [7, 8], 'Archive');
 * ```
 */
export async function move(
  client: ImapClient,
  uids: Uids,
  target: string,
  options: UidOptions = {},
): Promise<CopyResult> {
  return await linkOf(client).call('move', options, async (connection) => {
    const { session } = connection;
    checkUids(session, options.uidValidity);
    const hasMove = session.has('MOVE', 'IMAP4REV2');
    if (!hasMove && !session.has('UIDPLUS')) {
      throw usage('The server offers neither MOVE nor UIDPLUS: a move would delete what others have marked');
    }
    const copied = new Copied();
    for (const set of uidSets(uids)) {
      if (hasMove) await transfer(connection, 'UID MOVE', set, target, copied);
      else await moveByCopy(connection, set, target, copied);
    }
    return copied.result;
  });
}

/** What arrives in the meantime is neither copied nor deleted: the messages are found first, and named one by one. */
async function moveByCopy(
  connection: Connection,
  asked: string,
  target: string,
  copied: Copied,
): Promise<void> {
  const found = await findUids(connection, 'UID', asked);
  const present = common(found, NumberSet.parse(asked));
  for (const set of uidSets(present)) {
    const told = await transfer(connection, 'UID COPY', set, target, copied);
    // What was not copied stays.
    const moved = common(NumberSet.parse(set) ?? present, told && NumberSet.of(told.source));
    for (const gone of uidSets(moved)) {
      await removeSet(connection, gone).catch((error: unknown) => {
        if (!isFairleadError(error) || error.code !== 'server') throw error;
        const { message, server } = error;
        throw new FairleadError('server', `${message} (the messages are in both mailboxes now)`, { server });
      });
    }
  }
}

/** What is in both sets. Undefined: whatever is in the first one. */
function common(one: NumberSet, other: NumberSet | undefined): NumberSet {
  return other === undefined ? one : one.minus(one.minus(other));
}

/**
 * Deletes messages for good: marks them as \Deleted and removes these alone, by UID EXPUNGE.
 * @throws FairleadError `usage` where the server lacks UIDPLUS: it would remove what others have marked, too.
 */
export async function expunge(client: ImapClient, uids: Uids, options: UidOptions = {}): Promise<void> {
  await linkOf(client).call('expunge', options, async (connection) => {
    const { session } = connection;
    checkUids(session, options.uidValidity);
    if (!session.has('UIDPLUS', 'IMAP4REV2')) {
      throw usage('The server does not offer UIDPLUS: EXPUNGE would delete what others have marked');
    }
    for (const set of uidSets(uids)) await removeSet(connection, set);
  });
}

async function removeSet(connection: Connection, set: string): Promise<void> {
  await connection.ask({
    name: 'UID STORE',
    args: [set, '+FLAGS.SILENT', ['\\Deleted']],
    effect: 'partial',
  });
  await connection.ask({ name: 'UID EXPUNGE', args: [set], effect: 'partial' });
}

async function transfer(
  connection: Connection,
  name: 'UID COPY' | 'UID MOVE',
  set: string,
  target: string,
  copied: Copied,
): Promise<CopiedUids | undefined> {
  // RFC 6851 section 4.3: the COPYUID of a MOVE comes untagged, before the EXPUNGEs.
  const { code } = await connection.ask({
    name,
    args: [set, await mailboxName(connection, target)],
    effect: name === 'UID COPY' ? 'atomic' : 'partial',
    onData: (response) => copied.take(response),
  });
  copied.add(code);
  return readCopied(code);
}

/** What the server says of where the copies are. */
class Copied {
  #uidValidity: number | undefined;
  #uids: Map<number, number> | undefined;

  get result(): CopyResult {
    return { uidValidity: this.#uidValidity, uids: this.#uids };
  }

  take(response: Response): void {
    if (response.type === 'condition') this.add(response.code);
  }

  /** Sets of unequal lengths say nothing. */
  add(code: ResponseCode | undefined): void {
    const copied = readCopied(code);
    if (copied === undefined) return;
    this.#uidValidity = copied.uidValidity;
    const count = copiedCount(copied);
    if (count === undefined || count + (this.#uids?.size ?? 0) > MAX_COPIED) return;
    this.#uids ??= new Map();
    for (const [from, to] of copiedUids(copied)) this.#uids.set(from, to);
  }
}
