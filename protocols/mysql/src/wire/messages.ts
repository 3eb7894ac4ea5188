// The server's answers to commands: types only.
import type { ValueDecoder } from '../values/decode.ts';
import type { Value } from '../values/value.ts';
import type { ColumnDefinition } from './column-types.ts';

/** An OK packet, or an EOF packet, which has fewer fields. */
export interface OkPacket {
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
export interface ErrPacket {
  /** The server's number of the error: 1062. */
  readonly errno: number;
  /** Five characters; `HY000` where the server gave none. */
  readonly sqlState: string;
  readonly message: string;
}

/** A column with the decoders of its values. */
export interface ResultColumn extends ColumnDefinition, ValueDecoder {}

/** The receiver of a statement's results, in the order of their arrival. */
export interface RowEvents {
  /** The columns of a result with rows are complete. */
  onColumns(columns: readonly ResultColumn[]): void;
  onRow(row: Value[]): void;
  /** A result has ended: the one that `onColumns` began, or one without rows. */
  onResult(words: OkPacket): void;
}

/** The receiver of a whole reply. */
export interface ReplyEvents extends RowEvents {
  /** A result with rows begins: its column definitions follow. */
  onColumnCount(): void;
}

/** The receiver of a server's request for the content of a file (LOAD DATA LOCAL). */
export interface FileEvents {
  onLocalFile(): void;
}

/** A statement that the server has prepared. */
export interface PreparedStatement {
  readonly id: number;
  readonly parameterCount: number;
}
