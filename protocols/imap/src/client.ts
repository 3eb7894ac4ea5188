// The public client: one connection, whose calls run one after the other. It never reconnects.
import type { Peer } from '@fairlead/errors';
import { Link, link } from './connection/link.ts';
import { type Opened, open } from './connection/open.ts';
import { select } from './mailboxes/select.ts';
import { fetchMessages } from './messages/fetch.ts';
import { type CallOptions, type ImapOptions, resolveOptions } from './options/connect-options.ts';
import type { FetchOptions, SelectOptions, UidOptions } from './types/calls.ts';
import type { ImapClient, ServerInfo } from './types/client.ts';
import type { SelectedMailbox } from './types/mailboxes.ts';
import type { FetchItems, Message, Messages } from './types/messages.ts';

/**
 * Connects, turns TLS on and logs in.
 * @param target `imap[s]://user:password@host:port`, or options.
 * @param options Win over the URL.
 * @throws FairleadError `usage`, `policy`, `connect_failed`, `connect_timeout`, `tls_failed` (also where STARTTLS is not offered, or
 *   the server greets with PREAUTH in clear), `auth`, `server`, `protocol`, `limit`, `aborted`, `connection_lost`.
 * @example
 * ```ts
 * import { connect } from '@fairlead/imap';
 *
 * await using imap = await connect('imaps://app@mail.example.com', { password: env.IMAP_PASSWORD });
 * const { uidValidity } = await imap.select('INBOX');
 * for await (const { uid, envelope } of imap.fetch({ newest: 10 }, { envelope: true })) {
 *   console.log(uidValidity, uid, envelope?.subject);
 * }
 * ```
 */
export async function connect(
  target: string | URL | ImapOptions,
  options?: ImapOptions,
): Promise<ImapClient> {
  const settings = resolveOptions(target, options);
  return new Client(await open(settings), settings.timeoutMs);
}

class Client implements ImapClient {
  readonly #link: Link;
  readonly #opened: Opened;

  constructor(opened: Opened, timeoutMs: number | undefined) {
    this.#opened = opened;
    this.#link = new Link(opened.connection, timeoutMs);
    link(this, this.#link);
  }

  get server(): ServerInfo {
    const { connection, greeting, mechanism } = this.#opened;
    const { capabilities = new Set(), id } = connection.session;
    return { greeting, mechanism, capabilities, id };
  }

  get peer(): Peer {
    return this.#opened.connection.transport.peer;
  }

  get mailbox(): SelectedMailbox | undefined {
    return this.#opened.connection.session.mailbox?.current;
  }

  get closed(): Promise<void> {
    return this.#opened.connection.transport.closed;
  }

  async select(name: string, options: SelectOptions = {}): Promise<SelectedMailbox> {
    return await this.#link.call('select', options, (connection) => select(connection, name, options));
  }

  async examine(name: string, options: UidOptions = {}): Promise<SelectedMailbox> {
    return await this.select(name, { ...options, isReadOnly: true });
  }

  fetch(messages: Messages, items: FetchItems, options: FetchOptions = {}): AsyncIterable<Message> {
    return fetchMessages(this.#link, messages, items, options);
  }

  async noop(options: CallOptions = {}): Promise<void> {
    await this.#link.call('noop', options, (connection) => connection.ask({ name: 'NOOP' }));
  }

  close(): Promise<void> {
    return this.#link.connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
