// Runs steps through imapflow over its own sockets, in the run's own process: what the tests compare our IMAP client with. It
// judges nothing.
import { createHash } from 'node:crypto';
import {
  type FetchMessageObject,
  ImapFlow,
  type MessageAddressObject,
  type MessageStructureObject,
} from 'imapflow';
import type { Running } from './container.ts';
import type {
  ImapOracleAnswer,
  ImapOracleRequest,
  ImapStep,
  OracleAddress,
  OracleMessage,
  OraclePart,
} from './imap-steps.ts';
import { type JsonServerAddress, startJsonServer } from './json-server.ts';

/** Starts the oracle: `POST` an `ImapOracleRequest`, get an `ImapOracleAnswer[]`. */
export function startImapOracle(): Promise<Running<JsonServerAddress>> {
  return startJsonServer(answers);
}

async function answers({ port, steps }: ImapOracleRequest): Promise<ImapOracleAnswer[]> {
  const client = new ImapFlow({
    host: 'localhost',
    port,
    secure: true,
    // The process does not trust the run's authority, and is on the same machine.
    tls: { rejectUnauthorized: false },
    auth: { user: 'app', pass: 'app-password' },
    logger: false,
  });
  await client.connect();
  try {
    const all: ImapOracleAnswer[] = [];
    for (const step of steps) all.push(await answer(client, step));
    return all;
  } finally {
    await client.logout();
  }
}

async function answer(client: ImapFlow, step: ImapStep): Promise<ImapOracleAnswer> {
  try {
    return await perform(client, step);
  } catch (error) {
    if (!(error instanceof Error) || !isRefusal(error)) throw error;
    return { refused: true };
  }
}

/** Errors of the network have neither. */
function isRefusal(error: Error): boolean {
  return (
    'responseStatus' in error || 'responseText' in error || error.message.startsWith("Mailbox doesn't exist")
  );
}

async function perform(client: ImapFlow, step: ImapStep): Promise<ImapOracleAnswer> {
  switch (step.do) {
    case 'list':
      return listed(client);
    case 'status': {
      const status = await client.status(step.mailbox, {
        messages: true,
        unseen: true,
      });
      return status ? { messages: status.messages ?? -1, unseen: status.unseen ?? -1 } : { refused: true };
    }
    case 'select':
      return { exists: (await client.mailboxOpen(step.mailbox)).exists };
    case 'fetch': {
      const items = {
        uid: true,
        flags: true,
        size: true,
        internalDate: true,
        envelope: true,
        bodyStructure: true,
      };
      return { found: (await client.fetchAll(step.uids, items, { uid: true })).map(messageOf) };
    }
    case 'flags': {
      const messages = await client.fetchAll(step.uids, { uid: true, flags: true }, { uid: true });
      return { flags: Object.fromEntries(messages.map((message) => [message.uid, flagsOf(message)])) };
    }
    case 'search': {
      const uids = await client.search(step.criteria, { uid: true });
      return uids ? { uids: uids.sort((left, right) => left - right) } : { refused: true };
    }
    case 'download':
      return { sha256: await download(client, step.uid, step.part) };
    default:
      return change(client, step);
  }
}

async function listed(client: ImapFlow): Promise<ImapOracleAnswer> {
  const mailboxes = await client.list({ statusQuery: { messages: true, unseen: true } });
  const all = mailboxes.map(({ path, specialUse, status }) => ({
    name: path,
    specialUse:
      specialUse === undefined || specialUse === '\\Inbox' ? null : specialUse.slice(1).toLowerCase(),
    messages: status?.messages ?? null,
    unseen: status?.unseen ?? null,
  }));
  return { mailboxes: all.sort((left, right) => (left.name < right.name ? -1 : 1)) };
}

async function download(client: ImapFlow, uid: number, part: string): Promise<string> {
  const { content } = await client.download(`${uid}`, part === '' ? undefined : part, { uid: true });
  if (!content) return 'nothing';
  const hash = createHash('sha256');
  for await (const bytes of content) hash.update(bytes as Uint8Array);
  return hash.digest('hex');
}

async function change(client: ImapFlow, step: ImapStep): Promise<ImapOracleAnswer> {
  const byUid = { uid: true };
  switch (step.do) {
    case 'create':
      return doneIf((await client.mailboxCreate(step.mailbox)).created);
    case 'delete':
      return doneIf(await client.mailboxDelete(step.mailbox));
    case 'append':
      return doneIf(await client.append(step.mailbox, Buffer.from(step.text), step.flags));
    case 'store': {
      const call = { add: 'messageFlagsAdd', remove: 'messageFlagsRemove', set: 'messageFlagsSet' } as const;
      return doneIf(await client[call[step.change]](step.uids, step.flags, byUid));
    }
    case 'expunge':
      return doneIf(await client.messageDelete(step.uids, byUid));
    case 'copy':
    case 'move': {
      const call = step.do === 'copy' ? 'messageCopy' : 'messageMove';
      const result = await client[call](step.uids, step.mailbox, byUid);
      return result ? { copied: result.uidMap?.size ?? null } : { refused: true };
    }
    default:
      throw new Error(`${step.do} changes nothing`);
  }
}

/** imapflow answers some refusals with false. */
function doneIf(result: unknown): ImapOracleAnswer {
  return result ? { done: true } : { refused: true };
}

function flagsOf({ flags }: FetchMessageObject): string[] {
  // \\Recent is the connection's, not the message's.
  return [...(flags ?? [])].filter((flag) => flag !== '\\Recent').sort();
}

function messageOf(message: FetchMessageObject): OracleMessage {
  const { uid, size = -1, internalDate, envelope = {}, bodyStructure } = message;
  return {
    uid,
    flags: flagsOf(message),
    size,
    internalDate: new Date(internalDate ?? 0).toISOString(),
    subject: envelope.subject ?? '',
    date: envelope.date ? new Date(envelope.date).toISOString() : null,
    messageId: envelope.messageId ?? null,
    inReplyTo: envelope.inReplyTo ?? null,
    from: addressesOf(envelope.from),
    to: addressesOf(envelope.to),
    cc: addressesOf(envelope.cc),
    structure: bodyStructure ? partOf(bodyStructure) : null,
  };
}

function addressesOf(list: readonly MessageAddressObject[] = []): OracleAddress[] {
  return list.map(({ name = '', address = '' }) => ({ name, address }));
}

function partOf(part: MessageStructureObject): OraclePart {
  return {
    type: part.type,
    encoding: part.encoding?.toLowerCase() ?? null,
    size: part.size ?? null,
    disposition: part.disposition?.toLowerCase() ?? null,
    children: (part.childNodes ?? []).map(partOf),
  };
}
