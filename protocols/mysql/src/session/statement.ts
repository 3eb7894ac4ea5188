// A statement as callers hand it over, and how it is to be run: types only.
import type { InputParameters } from '../values/value.ts';
import type { TransactionState } from './transaction-state.ts';

export type { Execution } from '@fairlead/sql-client';
export type { RowEvents } from '../wire/messages.ts';

/** A statement with its parameters. */
export interface Statement {
  /** `text`: COM_QUERY, with the parameters in the text. `prepared`: COM_STMT_PREPARE and COM_STMT_EXECUTE. */
  readonly protocol: 'text' | 'prepared';
  readonly text: string;
  /** The text's first word in upper case; empty where it begins with none. */
  readonly command: string;
  readonly params: InputParameters;
  readonly localData?: AsyncIterable<Uint8Array> | undefined;
}

/** How a statement is to be run. */
export interface ExecutionOptions {
  /** How long the server lets it run, in milliseconds; Infinity for no limit. */
  readonly serverLimitMs: number;
  /** The transaction that it belongs to. */
  readonly transaction?: TransactionState | undefined;
  /** Whether it runs in a READ ONLY transaction of its own. */
  readonly readOnly?: boolean | undefined;
  /** Whether it is the ROLLBACK of a transaction: it may be sent behind an open stream, and when the transaction is lost. */
  readonly undoes?: boolean | undefined;
}
