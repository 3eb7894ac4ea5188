// Runs the same steps through our IMAP client as the oracle runs through imapflow, and gives the answers the same form.
import {
  type Address,
  append,
  type BodyPart,
  connect,
  copy,
  download,
  expunge,
  type ImapClient,
  type ImapOptions,
  isFairleadError,
  list,
  type Message,
  move,
  search,
  status,
  store,
} from '@fairlead/imap';
import { inject } from 'vitest';
import type {
  ImapOracleAnswer,
  ImapOracleRequest,
  ImapStep,
  OracleAddress,
  OracleMessage,
  OraclePart,
} from '../../servers/imap-steps.ts';
import { sha256 } from './ssh.ts';

export type { ImapStep } from '../../servers/imap-steps.ts';

/** What imapflow answers. */
export async function theirs(request: ImapOracleRequest): Promise<ImapOracleAnswer[]> {
  const { url } = inject('servers').imapOracle;
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(request) });
  if (!response.ok) throw new Error(`the oracle failed: ${await response.text()}`);
  return response.json();
}

/** What our client answers. */
export async function ours(options: ImapOptions, steps: readonly ImapStep[]): Promise<ImapOracleAnswer[]> {
  await using imap = await connect(options);
  const answers: ImapOracleAnswer[] = [];
  for (const step of steps) answers.push(await answerOf(imap, step));
  return answers;
}

async function answerOf(imap: ImapClient, step: ImapStep): Promise<ImapOracleAnswer> {
  try {
    return await perform(imap, step);
  } catch (error) {
    if (!isFairleadError(error) || error.server === undefined) throw error;
    return { refused: true };
  }
}

async function perform(imap: ImapClient, step: ImapStep): Promise<ImapOracleAnswer> {
  switch (step.do) {
    case 'list':
      return listed(imap);
    case 'status': {
      const { messages = -1, unseen = -1 } = await status(imap, step.mailbox, ['messages', 'unseen']);
      return { messages, unseen };
    }
    case 'select':
      return { exists: (await imap.select(step.mailbox)).exists };
    case 'fetch': {
      const found: OracleMessage[] = [];
      const items = { flags: true, size: true, internalDate: true, envelope: true, structure: true };
      for await (const message of imap.fetch(step.uids, items)) found.push(messageOf(message));
      return { found };
    }
    case 'flags': {
      const flags: Record<string, readonly string[]> = {};
      for await (const message of imap.fetch(step.uids, { flags: true }))
        flags[message.uid] = flagsOf(message);
      return { flags };
    }
    case 'search': {
      const { uids } = await search(imap, step.criteria);
      return { uids: [...uids].sort((left, right) => left - right) };
    }
    case 'download':
      return { sha256: await sha256(await bytesOf(await download(imap, step.uid, step.part))) };
    default:
      return change(imap, step);
  }
}

async function bytesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function listed(imap: ImapClient): Promise<ImapOracleAnswer> {
  const mailboxes = (await list(imap, { status: ['messages', 'unseen'] })).map(
    ({ name, specialUse, status }) => ({
      name,
      specialUse: specialUse ?? null,
      messages: status?.messages ?? null,
      unseen: status?.unseen ?? null,
    }),
  );
  return { mailboxes: mailboxes.sort((left, right) => (left.name < right.name ? -1 : 1)) };
}

async function change(imap: ImapClient, step: ImapStep): Promise<ImapOracleAnswer> {
  switch (step.do) {
    case 'append':
      await append(imap, step.mailbox, step.text, { flags: step.flags });
      return { done: true };
    case 'store': {
      const { change: how, flags } = step;
      await store(
        imap,
        step.uids,
        how === 'add' ? { add: flags } : how === 'remove' ? { remove: flags } : { set: flags },
      );
      return { done: true };
    }
    case 'expunge':
      await expunge(imap, step.uids);
      return { done: true };
    case 'copy':
    case 'move': {
      const transfer = step.do === 'copy' ? copy : move;
      return { copied: (await transfer(imap, step.uids, step.mailbox)).uids?.size ?? null };
    }
    default:
      throw new Error(`${step.do} changes nothing`);
  }
}

function flagsOf({ flags = [] }: Message): string[] {
  return flags.filter((flag) => flag !== '\\Recent').sort();
}

function messageOf(message: Message): OracleMessage {
  const { uid, size = -1, internalDate, envelope, structure } = message;
  return {
    uid,
    flags: flagsOf(message),
    size,
    internalDate: (internalDate ?? new Date(0)).toISOString(),
    subject: envelope?.subject ?? '',
    date: envelope?.date?.toISOString() ?? null,
    messageId: envelope?.messageId ?? null,
    inReplyTo: envelope?.inReplyTo ?? null,
    from: addressesOf(envelope?.from),
    to: addressesOf(envelope?.to),
    cc: addressesOf(envelope?.cc),
    structure: structure ? partOf(structure) : null,
  };
}

/** imapflow has a group's members behind its name. */
function addressesOf(list: readonly Address[] = []): OracleAddress[] {
  return list.flatMap(({ name = '', address = '', group }) => [{ name, address }, ...addressesOf(group)]);
}

function partOf({ type, encoding, size, disposition, parts }: BodyPart): OraclePart {
  return {
    type,
    encoding: encoding ?? null,
    size: size ?? null,
    disposition: disposition ?? null,
    children: parts.map(partOf),
  };
}
