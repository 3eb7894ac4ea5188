// The public client: what one connection to a mail server can do.
import type { Peer } from '@fairlead/errors';
import type { CallOptions } from '../options/connect-options.ts';
import type { FetchOptions, SelectOptions, UidOptions } from './calls.ts';
import type { SelectedMailbox } from './mailboxes.ts';
import type { FetchItems, Message, Messages } from './messages.ts';

/** The server, and the login. */
export interface ServerInfo {
  /** The text of its greeting. */
  readonly greeting: string;
  /** In upper case, as of now. */
  readonly capabilities: ReadonlySet<string>;
  /** The SASL mechanism of the login, or `LOGIN` for the command; undefined: the server greeted with PREAUTH. */
  readonly mechanism: string | undefined;
  /** What the server says of itself (ID, RFC 2971), where the option `id` was given. */
  readonly id: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * One connection to a mail server. Concurrent calls are allowed; they run one after the other. Messages are named by UID, in the
 * mailbox that `select` opened. `search`, `download`, `store`, `append` and all other commands are functions that take the client, so
 * that a Worker's bundle has those alone that it calls.
 *
 * Every call throws FairleadError: `server` (the server's NO or BAD; its response code is in `server.code`), `usage`, `limit`,
 * `timeout`, `aborted`, `connection_lost`, `closed`, `protocol`. `safeToRetry` is true where nothing can have been changed.
 */
export interface ImapClient extends AsyncDisposable {
  readonly server: ServerInfo;
  /** The server's address, and whether TLS is on. */
  readonly peer: Peer;
  /** The selected mailbox, as of now. */
  readonly mailbox: SelectedMailbox | undefined;
  /**
   * Opens a mailbox for the calls that follow.
   * @throws FairleadError `server` with the code UIDVALIDITY where it has another one than the option says.
   * @example
   * ```ts
   * import { connect } from '@fairlead/imap';
   *
   * await using imap = await connect('imaps://app@mail.example.com', { password: env.IMAP_PASSWORD });
   * const { exists, uidValidity } = await imap.select('INBOX');
   * ```
   */
  select(name: string, options?: SelectOptions): Promise<SelectedMailbox>;
  /** `select` without the right to change anything: nothing becomes seen. */
  examine(name: string, options?: UidOptions): Promise<SelectedMailbox>;
  /**
   * Reads messages one by one, as fast as they are taken: the connection is busy until the end of the loop, so another
   * call that is awaited inside it would wait in vain. Leaving the loop
   * early skips the rest of the answer where it is small, and ends the connection where it is not.
   * @example
   * ```ts
   * import { connect } from '@fairlead/imap';
   *
   * await using imap = await connect('imaps://app@mail.example.com', { password: env.IMAP_PASSWORD });
   * for await (const { uid, envelope } of imap.fetch({ newest: 10 }, { envelope: true })) console.log(uid, envelope?.subject);
   * ```
   */
  fetch(messages: Messages, items: FetchItems, options?: FetchOptions): AsyncIterable<Message>;
  /** Resolves if the connection is alive; `mailbox` is up to date then. */
  noop(options?: CallOptions): Promise<void>;
  /**
   * Waits for the calls before it, also for a download that nobody reads, to the end of their time; then sends LOGOUT and closes.
   * Never rejects. `await using` calls it at the end of the block.
   */
  close(): Promise<void>;
  /** Resolves when the connection has ended, for whatever reason. Never rejects. */
  readonly closed: Promise<void>;
}
