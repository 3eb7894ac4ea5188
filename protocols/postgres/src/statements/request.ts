// The request of a statement and the sink of its answer: types, and the simplest requests. It sends nothing.
import type { CellSource } from '../values/rows/cell-source.ts';
import type { Field, WireValue } from '../wire/messages.ts';

/** One statement with its parameters. */
export interface Part {
  readonly text: string;
  readonly values: readonly WireValue[];
  /** The parameters' types by OID, 0 where the server decides; empty where it decides all of them. */
  readonly oids: readonly number[];
}

/** Whether a statement is prepared under a name: `true` where the answer stays the same, `'always'`, or never. */
export type Preparing = boolean | 'always';

/** What a call asks of the server. */
export interface Request extends Part {
  /** The statements of a batch behind the first one. Under one Sync all of them succeed, or none. */
  readonly more: readonly Part[];
  /** Whether it uses the simple query protocol: no parameters, possibly several statements, possibly COPY. */
  readonly simple: boolean;
  readonly binary: boolean;
  readonly prepare: Preparing;
  readonly readOnly: boolean;
  /** Rows per Execute; 0 for all at once. */
  readonly fetchSize: number;
  /** Whether further calls are refused until it has ended: a stream, or a COPY. */
  readonly exclusive: boolean;
  /** Whether nothing is sent behind it until it has ended: a COPY, which the server may take data for. */
  readonly alone: boolean;
  /** `statement_timeout` for it, in milliseconds; 0 for the session's own. */
  readonly serverTimeoutMs: number;
}

const NONE: readonly never[] = [];

/** A request of the extended query protocol, without parameters and not prepared. */
export function statementRequest(text: string): Request {
  return {
    text,
    values: NONE,
    oids: NONE,
    more: NONE,
    simple: false,
    binary: false,
    prepare: false,
    readOnly: false,
    fetchSize: 0,
    exclusive: false,
    alone: false,
    serverTimeoutMs: 0,
  };
}

/** A request of the simple query protocol. */
export function simpleRequest(text: string, exclusive = false, alone: boolean = exclusive): Request {
  return { ...statementRequest(text), simple: true, exclusive, alone };
}

/** Takes what the server answers to one statement. An error that a method throws ends the statement, not the connection. */
export interface Sink {
  /** The columns of the rows that follow. */
  begin(fields: readonly Field[]): void;
  /** The body of a DataRow. */
  row(source: CellSource, start: number, end: number): void;
  /** A statement has ended; `fields` are its columns, if it has any. */
  tag(tag: string, fields: readonly Field[] | undefined): void;
  /** All messages of one network read have been handed over. */
  pause?(): void;
  /** The server takes COPY data. */
  copyIn?(): void;
  /** COPY data from the server. */
  copyData?(bytes: Uint8Array, start: number, end: number): void;
  /** The portal has sent `fetchSize` rows, and there are more. */
  suspended?(): void;
}

/** A sink for a statement whose result is not used. */
export const DISCARD: Sink = { begin: () => undefined, row: () => undefined, tag: () => undefined };
