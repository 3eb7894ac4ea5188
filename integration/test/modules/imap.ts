// What the tests of IMAP share: the run's servers, the ways to each, and mailboxes for a test.
import { connect, type ImapClient, type ImapOptions } from '@fairlead/imap';
import { inject } from 'vitest';
import { theirs } from './imap-oracle.ts';

const { imap } = inject('servers');

/** A server's name. */
export type ImapServerName = keyof typeof imap;

/** All of them. */
export const IMAP_NAMES = Object.keys(imap).sort() as ImapServerName[];

/** How a connection is protected. */
export const MODES = ['implicit', 'starttls'] as const;
/** One of them. */
export type Mode = (typeof MODES)[number];

/** Logs in as `app`. */
export function login(
  name: ImapServerName,
  mode: Mode = 'implicit',
): ImapOptions & { readonly port: number } {
  const implicit = mode === 'implicit';
  return {
    hostname: 'localhost',
    port: imap[name][implicit ? 'implicit' : 'clear'],
    tls: implicit ? true : 'starttls',
    username: 'app',
    password: 'app-password',
  };
}

/** A mailbox's full name: Courier has all of them below INBOX. */
export function mailbox(server: ImapServerName, name: string): string {
  return server === 'Courier 5' ? `INBOX.${name}` : name;
}

/** A session and a new mailbox, which is removed at the end. */
export interface Place extends AsyncDisposable {
  readonly imap: ImapClient;
  readonly name: string;
}

/** Makes the mailbox and connects. */
export async function place(server: ImapServerName, options: ImapOptions = login(server)): Promise<Place> {
  const name = mailbox(server, `test-${crypto.randomUUID()}`);
  const { port } = login(server);
  await theirs({ port, steps: [{ do: 'create', mailbox: name }] });
  const client = await connect(options);
  return {
    imap: client,
    name,
    async [Symbol.asyncDispose]() {
      await client.close();
      await theirs({ port, steps: [{ do: 'delete', mailbox: name }] });
    },
  };
}

/** All items, in their order. */
export async function gathered<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** A small message. */
export function letter(subject: string): string {
  return `From: a@mail.test\r\nTo: b@mail.test\r\nSubject: ${subject}\r\n\r\nahoy\r\n`;
}
