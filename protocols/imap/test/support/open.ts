// Opens a client over a server in memory.
import { memoryConnector } from '@fairlead/testkit';
import { expect } from 'vitest';
import { connect, type ImapClient, type ImapOptions } from '../../src/index.ts';
import { type Hook, MailServer } from './mail-server.ts';

/** A client that is logged in. */
export function openClient(server: MailServer, options: ImapOptions = {}): Promise<ImapClient> {
  return connect('imaps://ann@mail.test', {
    password: 'the-secret',
    connector: memoryConnector((line) => server.serve(line)),
    timeoutMs: 2000,
    connectTimeoutMs: 2000,
    ...options,
  });
}

/** All items of an iterable. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** A stream as text, one character a byte. */
export async function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  return new Response(stream).text();
}

/** What a promise rejects with. */
export function caught(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no error',
    (error: unknown) => error,
  );
}

/** A client in INBOX, whose server answers commands that match by `lines`. */
export async function answered(command: RegExp, ...lines: string[]): Promise<ImapClient> {
  const server = new MailServer();
  const hook: Hook = async (line, write) => {
    if (!command.test(line)) return false;
    if (lines.length > 0) await write(lines.map((one) => `${one}\r\n`).join(''));
    return true;
  };
  const imap = await openClient(server);
  await imap.select('INBOX');
  server.hook = hook;
  return imap;
}

/** The connection has ended. */
export async function expectEnded(imap: ImapClient): Promise<void> {
  expect(await caught(imap.noop())).toMatchObject({ code: 'connection_lost', safeToRetry: true });
}
