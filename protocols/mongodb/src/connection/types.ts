// What one connection to one server offers to those who speak through it. Types only.
import type { CallLimit } from '@fairlead/client';
import type { Peer } from '@fairlead/errors';
import type { Document } from 'bson';
import type { ServerDescription } from '../session/login/types.ts';
import type { DocumentSequence, RawFields } from '../wire/types.ts';

export type { ServerDescription } from '../session/login/types.ts';
export type { DocumentSequence, RawFields } from '../wire/types.ts';

/** One command on its way. */
export interface CommandRequest {
  readonly database: string;
  /**
   * The command's name is its first key. `$db` is added by the connection. Members that are `undefined` are left out; further down they
   * become `null`, as in the official driver.
   */
  readonly command: Document;
  readonly sequence?: DocumentSequence | undefined;
  readonly limit: CallLimit;
  /** Write concern `w: 0`: no reply comes, and none is waited for. */
  readonly isUnacknowledged?: boolean | undefined;
  /**
   * Fields of the reply that are given as raw BSON, such as `{ cursor: { firstBatch: true } }`: a document as a `Uint8Array`, an array as
   * an array with a `Uint8Array` for each document in it. They are views of the reply and stay valid.
   */
  readonly rawFields?: RawFields | undefined;
}

/** One socket to one server, logged in. Commands have their turn, one after another. */
export interface CommandLink {
  readonly peer: Peer;
  /** As `host:port`. */
  readonly address: string;
  readonly server: ServerDescription;
  /** Whether another command may be given. */
  readonly isUsable: boolean;
  /** Settles when the connection has ended, whichever way. Never rejects. */
  readonly closed: Promise<void>;
  /**
   * Sends a command and waits for its reply, whatever its `ok` says.
   * @throws FairleadError `aborted`, `timeout`: the connection is ended where the command was sent; `connection_lost`, `protocol`,
   *   `limit`. Never for a reply with `ok: 0`.
   */
  command(request: CommandRequest): Promise<Document>;
  /** Sends nothing more, waits for what is owed, ends. */
  close(): Promise<void>;
  /** Ends it at once. */
  destroy(reason: Error): void;
}
