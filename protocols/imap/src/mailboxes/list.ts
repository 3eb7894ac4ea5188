// LIST and STATUS (RFC 9051 sections 6.3.9 and 6.3.11), in one flight where the server can.
import { usage } from '@fairlead/errors';
import type { Exchange } from '../connection/command.ts';
import type { Connection } from '../connection/connection.ts';
import { linkOf } from '../connection/link.ts';
import { encodeMailboxName, isInbox } from '../names/utf7.ts';
import type { CallOptions } from '../options/connect-options.ts';
import { LIST_READERS } from '../responses/mailboxes.ts';
import type { ListResponse, StatusResponse } from '../responses/types/mailbox.ts';
import type { Session } from '../session/session.ts';
import type { ListOptions } from '../types/calls.ts';
import type { ImapClient } from '../types/client.ts';
import type { Mailbox, MailboxStatus, SpecialUse, StatusItem } from '../types/mailboxes.ts';
import type { Argument } from '../wire/arguments.ts';
import { listPattern } from '../wire/values.ts';
import { mailboxName } from './mailbox-name.ts';

/** STATUS commands in one flight, where there is no LIST-STATUS. */
const MAX_FLIGHT = 100;

/** Each item's name on the wire, and what the server must offer for it. */
const ITEMS: Readonly<Record<StatusItem, readonly [name: string, ...capabilities: string[]]>> = {
  messages: ['MESSAGES'],
  unseen: ['UNSEEN'],
  deleted: ['DELETED', 'IMAP4REV2', 'QUOTA=RES-STORAGE'],
  size: ['SIZE', 'IMAP4REV2', 'STATUS=SIZE'],
  uidNext: ['UIDNEXT'],
  uidValidity: ['UIDVALIDITY'],
  highestModSeq: ['HIGHESTMODSEQ', 'CONDSTORE', 'QRESYNC'],
  appendLimit: ['APPENDLIMIT', 'APPENDLIMIT'],
  mailboxId: ['MAILBOXID', 'OBJECTID'],
};
const USES = ['all', 'archive', 'drafts', 'flagged', 'important', 'junk', 'sent', 'trash'] as const;

/**
 * The account's mailboxes.
 * @throws FairleadError as every call.
 * @example
 * ```ts
 * import { connect, list } from '@fairlead/imap';
 *
 * await using imap = await connect('imaps://app@mail.example.com', { password: env.IMAP_PASSWORD });
 * const mailboxes = await list(imap, { status: ['messages', 'unseen'] });
 * const trash = mailboxes.find(({ specialUse }) => specialUse === 'trash');
 * ```
 */
export async function list(client: ImapClient, options: ListOptions = {}): Promise<readonly Mailbox[]> {
  return await linkOf(client).call('list', options, (connection) => askList(connection, options));
}

/** Figures of a mailbox, which need not be selected. @throws FairleadError as every call. */
export async function status(
  client: ImapClient,
  name: string,
  items: readonly StatusItem[],
  options: CallOptions = {},
): Promise<MailboxStatus> {
  return await linkOf(client).call('status', options, async (connection) => {
    const asked = await askStatus(connection, name, statusItems(connection.session, items));
    await connection.finish(asked.exchange);
    return asked.figures;
  });
}

async function askList(connection: Connection, options: ListOptions): Promise<readonly Mailbox[]> {
  const { session } = connection;
  const { pattern = '*', reference = '', isSubscribed = false, status: items } = options;
  if (/[*%]/.test(reference)) throw usage('reference is a literal name: * and % belong into the pattern');
  const wanted = items && statusItems(session, items);
  const isExtended = session.has('LIST-EXTENDED', 'IMAP4REV2');
  const hasStatus = isExtended && session.has('LIST-STATUS', 'IMAP4REV2');
  // Whether names are UTF-8 is known when the server has answered ENABLE.
  if (!/^[ -%'-~]*$/.test(reference + pattern)) await connection.sendAhead();
  const found: ListResponse[] = [];
  const figures = new Map<string, StatusResponse>();
  await connection.ask({
    name: isSubscribed && !isExtended ? 'LSUB' : 'LIST',
    args: [
      ...(isSubscribed && isExtended ? [['SUBSCRIBED']] : []),
      listPattern(reference, session.abilities),
      listPattern(pattern, session.abilities),
      ...(isExtended ? ['RETURN', returned(session, hasStatus ? wanted : undefined)] : []),
    ],
    readers: LIST_READERS,
    onData(response) {
      if (response.type === 'list' || response.type === 'lsub') found.push(response);
      else if (response.type === 'status') figures.set(response.rawName, response);
    },
  });
  const mailboxes = found.map((one) => read(session, one, isSubscribed, figures.get(one.rawName)));
  return wanted === undefined || hasStatus ? mailboxes : await withStatus(connection, mailboxes, wanted);
}

function returned(session: Session, items: readonly string[] | undefined): readonly Argument[] {
  const wanted: Argument[] = ['SUBSCRIBED'];
  if (session.has('SPECIAL-USE', 'IMAP4REV2')) wanted.push('SPECIAL-USE');
  if (items !== undefined) wanted.push('STATUS', items);
  return wanted;
}

/** Items that the server lacks are left out. */
function statusItems(session: Session, items: readonly StatusItem[]): readonly string[] {
  const names = items.flatMap((item) => {
    const known = Object.hasOwn(ITEMS, item) ? ITEMS[item] : undefined;
    if (known === undefined) throw usage(`status knows no item ${JSON.stringify(item)}`);
    const [name, ...needs] = known;
    const hasLimit = name === 'APPENDLIMIT' && [...(session.capabilities ?? [])].some(isLimit);
    return needs.length === 0 || hasLimit || session.has(...needs) ? [name] : [];
  });
  return names.length > 0 ? names : ['MESSAGES'];
}

const isLimit = (name: string): boolean => name.startsWith('APPENDLIMIT');

function read(
  session: Session,
  { name, rawName, delimiter, attributes: sent }: ListResponse,
  isListedAsSubscribed: boolean,
  figures: StatusResponse | undefined,
): Mailbox {
  if (!session.abilities.utf8 && encodeMailboxName(name) !== rawName) {
    session.rawNames.add(name);
  }
  const attributes = sent.map((one) => one.toLowerCase());
  return {
    name,
    delimiter,
    attributes,
    specialUse: USES.find((use: SpecialUse) => attributes.includes(`\\${use}`)),
    isSelectable: !attributes.includes('\\noselect') && !attributes.includes('\\nonexistent'),
    isSubscribed: isListedAsSubscribed || attributes.includes('\\subscribed'),
    status: figures && figuresOf(figures),
  };
}

/** STATUS for each mailbox, many in one flight. One that is refused has no figures. */
async function withStatus(
  connection: Connection,
  mailboxes: readonly Mailbox[],
  items: readonly string[],
): Promise<readonly Mailbox[]> {
  const all: Mailbox[] = [];
  for (let from = 0; from < mailboxes.length; from += MAX_FLIGHT) {
    const some = mailboxes.slice(from, from + MAX_FLIGHT);
    const asked: (Asked | undefined)[] = [];
    for (const { name, isSelectable } of some) {
      asked.push(isSelectable ? await askStatus(connection, name, items) : undefined);
    }
    for (const [at, mailbox] of some.entries()) {
      const one = asked[at];
      const reply = one && (await connection.answer(one.exchange));
      all.push(reply?.status === 'OK' ? { ...mailbox, status: one?.figures } : mailbox);
    }
  }
  return all;
}

interface Asked {
  readonly exchange: Exchange;
  figures: MailboxStatus;
}

async function askStatus(connection: Connection, name: string, items: readonly string[]): Promise<Asked> {
  const asked: { figures: MailboxStatus } = { figures: {} };
  const same = (other: string): boolean => other === name || (isInbox(other) && isInbox(name));
  const exchange = await connection.send({
    name: 'STATUS',
    args: [await mailboxName(connection, name), items],
    readers: LIST_READERS,
    onData(response) {
      if (response.type === 'status' && same(response.name)) asked.figures = figuresOf(response);
    },
  });
  return Object.assign(asked, { exchange });
}

function figuresOf({
  type,
  name,
  rawName,
  recent,
  deletedStorage,
  ...figures
}: StatusResponse): MailboxStatus {
  return figures;
}
