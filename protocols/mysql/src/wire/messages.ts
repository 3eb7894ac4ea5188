// What a server says in answer to a command: types only.
import type { ValueDecoder } from '../values/decode.ts';
import type { Value } from '../values/value.ts';
import type { ColumnDefinition } from './column-types.ts';

/** An OK packet, or what of it an EOF packet has. */
export interface OkWords {
  readonly affectedRows: bigint;
  readonly lastInsertId: bigint;
  /** SERVER_STATUS flags. */
  readonly status: number;
  readonly warningCount: number;
  readonly info: string;
  /** Variables of the session that changed, by their names; only where the server tells (CLIENT_SESSION_TRACK). */
  readonly variables?: ReadonlyMap<string, string> | undefined;
}

/** An ERR packet. */
export interface ErrorWords {
  /** The server's number of the error: 1062. */
  readonly errno: number;
  /** Five characters; `HY000` where the server gave none. */
  readonly sqlState: string;
  readonly message: string;
}

/** A column with the decoders of its values. */
export interface ResultColumn extends ColumnDefinition, ValueDecoder {}

/** What a reply to a statement consists of, in order, as it arrives. */
export interface ReplyEvents {
  /** A result with rows begins. */
  onColumns(columns: readonly ResultColumn[]): void;
  onRow(row: Value[]): void;
  /** A result has ended: the one that `onColumns` began, or one without rows. */
  onResult(words: OkWords): void;
  /** The server asks for the content of a file of this name (LOAD DATA LOCAL). */
  onLocalFile(name: string): void;
}

/** A statement that the server has prepared. */
export interface PreparedWords {
  readonly id: number;
  readonly parameterCount: number;
}
