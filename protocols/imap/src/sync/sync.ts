// What has changed in a mailbox since the last time: by QRESYNC, else CONDSTORE (both RFC 7162), else by comparing UIDs.
import { usage } from '@fairlead/errors';
import type { Connection } from '../connection/connection.ts';
import { linkOf } from '../connection/link.ts';
import { select } from '../mailboxes/select.ts';
import { uidSets } from '../messages/uids.ts';
import { type NumberRange, NumberSet } from '../names/number-set.ts';
import type { CallOptions } from '../options/connect-options.ts';
import type { Response } from '../responses/types/response.ts';
import { findUids } from '../search/find-uids.ts';
import type { ImapClient } from '../types/client.ts';
import type { SelectedMailbox } from '../types/mailboxes.ts';
import type { ChangedMessage, SyncResult, SyncState } from '../types/results.ts';
import { sequenceSet } from '../wire/values.ts';

/**
 * Selects a mailbox and tells what has changed in it since `state`; without a state: everything. An unchanged mailbox costs one
 * round trip where the server has QRESYNC.
 * @param state The `state` of the last result. It may have gone through JSON. Null, as stores give for nothing, is no state.
 * @throws FairleadError `usage` for a state that is none, and as every call.
 * @example
 * ```ts
 * import { connect, sync } from '@fairlead/imap';
 *
 * await using imap = await connect('imaps://app@mail.example.com', { password: env.IMAP_PASSWORD });
 * const first = await sync(imap, 'INBOX');
 * const known = JSON.stringify(first.state); // kept until the next time
 * const { changed, vanished, state } = await sync(imap, 'INBOX', JSON.parse(known));
 * ```
 */
export async function sync(
  client: ImapClient,
  mailbox: string,
  state?: SyncState | null,
  options: CallOptions = {},
): Promise<SyncResult> {
  const known = state ? readState(state) : undefined;
  return await linkOf(client).call('sync', options, (connection) =>
    new Sync(connection, mailbox, known).run(),
  );
}

interface Known {
  readonly uidValidity: number;
  readonly uidNext: number;
  readonly modSeq: bigint | undefined;
  readonly uids: NumberSet;
}

function readState({ uidValidity, uidNext, highestModSeq, uids }: SyncState): Known {
  const isWhole = [uidValidity, uidNext].every((one) => Number.isSafeInteger(one) && one >= 0);
  if (!isWhole || typeof uids !== 'string' || /[*$]/.test(uids) || !/^\d{1,19}$/.test(highestModSeq ?? '0')) {
    throw usage('The state is not one that sync has given');
  }
  const modSeq = highestModSeq === undefined ? undefined : BigInt(highestModSeq);
  return { uidValidity, uidNext, modSeq, uids: setOf(uids) };
}

function setOf(text: string): NumberSet {
  const ranges = text === '' ? [] : sequenceSet(text).split(',');
  return NumberSet.of(
    ranges.map((range): NumberRange => {
      const [first = 0, last = first] = range.split(':').map(Number);
      return [first, last];
    }),
  );
}

/** One synchronisation. */
class Sync {
  readonly #connection: Connection;
  readonly #mailbox: string;
  readonly #known: Known | undefined;
  readonly #changed = new Map<number, ChangedMessage>();
  /** As the server tells of them, often one by one: they become a set once. */
  readonly #gone: NumberRange[] = [];

  constructor(connection: Connection, mailbox: string, known: Known | undefined) {
    this.#connection = connection;
    this.#mailbox = mailbox;
    this.#known = known;
  }

  async run(): Promise<SyncResult> {
    const { session } = this.#connection;
    const known = this.#known;
    const canResync = known?.modSeq !== undefined && known.modSeq > 0n && session.has('QRESYNC');
    const selected = await select(this.#connection, this.#mailbox, {
      ...(canResync ? { parameters: ['QRESYNC', [`${known.uidValidity}`, `${known.modSeq}`]] as const } : {}),
      // Without QRESYNC what comes now may still be about the mailbox before.
      ...(canResync ? { onData: (response: Response) => this.#take(response) } : {}),
    });
    const { uidValidity, highestModSeq } = selected;
    // 0: the server has none, and its UIDs hold for this session alone.
    if (known === undefined || uidValidity === 0 || known.uidValidity !== uidValidity) {
      return await this.#all(selected);
    }
    const isAhead = (modSeqOf(highestModSeq) ?? 0n) >= (known.modSeq ?? 0n);
    if (!canResync || highestModSeq === undefined || !isAhead) return await this.#compare(selected, known);
    // A server whose changes do not add up is asked for all UIDs.
    if (this.#present().size !== selected.exists) await this.#reconcile(known);
    return this.#result(selected, 'qresync');
  }

  #take(response: Response): void {
    if (response.type === 'vanished') for (const range of response.uids.ranges) this.#gone.push(range);
    else if (response.type === 'condition' && response.code?.name === 'CLOSED') {
      // What came before was about the mailbox before.
      this.#changed.clear();
      this.#gone.length = 0;
    } else if (response.type === 'fetch' && response.uid !== undefined && response.flags !== undefined) {
      const { uid, flags, modSeq } = response;
      const isNew = !this.#known?.uids.has(uid);
      this.#changed.set(uid, { uid, flags, modSeq, isNew });
    }
  }

  /** The mailbox is not known, or it was made anew. */
  async #all(selected: SelectedMailbox): Promise<SyncResult> {
    this.#changed.clear();
    const vanished = this.#known?.uids ?? NumberSet.of([]);
    if (selected.exists > 0) await this.#fetch('1:*', undefined);
    const by = modSeqOf(selected.highestModSeq) === undefined ? 'uids' : 'condstore';
    const isReset = this.#known !== undefined;
    const changed = [...this.#changed.values()].map((one) => ({ ...one, isNew: true }));
    const uids = NumberSet.of(this.#changed.keys());
    return { changed, vanished, state: stateOf(selected, uids), by, isReset };
  }

  async #compare(selected: SelectedMailbox, known: Known): Promise<SyncResult> {
    const { exists, uidNext } = selected;
    const highestModSeq = modSeqOf(selected.highestModSeq);
    const hasModSeq = known.modSeq !== undefined && highestModSeq !== undefined;
    const isSameSet = uidNext === known.uidNext && exists === known.uids.size;
    if (hasModSeq ? highestModSeq !== known.modSeq : uidNext === undefined || uidNext > known.uidNext) {
      // A count that went back says nothing of what has changed.
      const isAhead = hasModSeq && highestModSeq > (known.modSeq ?? 0n);
      await this.#fetch(hasModSeq ? '1:*' : `${known.uidNext}:*`, isAhead ? known.modSeq : undefined);
    }
    if (!isSameSet) await this.#reconcile(known);
    return this.#result(selected, hasModSeq ? 'condstore' : 'uids');
  }

  async #fetch(set: string, changedSince: bigint | undefined): Promise<void> {
    const extra = changedSince === undefined ? [] : [['CHANGEDSINCE', `${changedSince}`]];
    await this.#connection.ask({
      name: 'UID FETCH',
      args: [set, ['UID', 'FLAGS'], ...extra],
      onData: (response) => this.#take(response),
    });
  }

  /** Finds what has gone, and what is there and was not told. */
  async #reconcile({ uids }: Known): Promise<void> {
    const all = await findUids(this.#connection, 'ALL');
    for (const range of uids.minus(all).ranges) this.#gone.push(range);
    const untold = all.minus(uids.union(NumberSet.of(this.#changed.keys())));
    for (const set of uidSets(untold)) await this.#fetch(set, undefined);
  }

  /** What is there: what was known and what is new, without what has gone. */
  #present(): NumberSet {
    const known = this.#known?.uids ?? NumberSet.of([]);
    return known.union(NumberSet.of(this.#changed.keys())).minus(NumberSet.of(this.#gone));
  }

  /** The changes, of what is there. */
  #result(selected: SelectedMailbox, by: SyncResult['by']): SyncResult {
    const known = this.#known?.uids ?? NumberSet.of([]);
    const gone = NumberSet.of(this.#gone);
    // A server may tell of messages that were not known.
    const vanished = known.minus(known.minus(gone));
    // `n:*` names the last message, too, where none is newer.
    const changed = [...this.#changed.values()].filter(
      ({ uid, isNew }) => !gone.has(uid) && (isNew || by !== 'uids'),
    );
    return { changed, vanished, state: stateOf(selected, this.#present()), by, isReset: false };
  }
}

/** RFC 7162 section 3.1: from 1 to 63 bits. What is none of that counts as none. */
function modSeqOf(modSeq: bigint | undefined): bigint | undefined {
  return modSeq !== undefined && modSeq > 0n && modSeq < 1n << 63n ? modSeq : undefined;
}

function stateOf({ uidValidity, uidNext, highestModSeq }: SelectedMailbox, uids: NumberSet): SyncState {
  const last = uids.ranges.at(-1)?.[1] ?? 0;
  return {
    uidValidity,
    uidNext: uidNext ?? last + 1,
    highestModSeq: modSeqOf(highestModSeq)?.toString(),
    uids: uids.toString(),
  };
}
