// Query objects that send and read the protocol's messages themselves. It runs those of `pg-cursor` and `pg-query-stream`, on a
// stream of this package, and refuses the others.
import { type Deferred, deferred } from '@fairlead/client';
import type { Connection } from '../../../connection/connection.ts';
import { Batches } from '../../../results/batch-stream.ts';
import type { BatchBuilder } from '../../../results/batches.ts';
import { statementRequest } from '../../../statements/request.ts';
import type { CellSource } from '../../../values/rows/cell-source.ts';
import { rowReader } from '../../../values/rows/row-reader.ts';
import type { RowReader } from '../../../values/rows/shape.ts';
import type { ArrayRow, ObjectRow } from '../../../values/value.ts';
import type { Field, WireValue } from '../../../wire/messages.ts';
import { Emitter } from '../emitter.ts';
import { asPgError } from '../errors.ts';
import type { TypeParsers } from '../values/types.ts';
import { type FieldDef, fieldOf } from './result.ts';

/** How many rows the server sends at a time, however many the cursor asks for. */
const FETCH_SIZE = 256;

/** A cursor of `pg-cursor`, or a stream of `pg-query-stream`. */
export interface Submittable {
  /** Sends Parse, Bind and Describe. */
  submit(connection: never): unknown;
  handleRowDescription(message: { readonly fields: readonly FieldDef[] }): void;
  handleDataRow(message: { readonly fields: readonly unknown[] }): void;
  handleCommandComplete(message: { readonly text: string }): void;
  handlePortalSuspended(): void;
  handleEmptyQuery(): void;
  handleReadyForQuery(): void;
  handleError(error: Error): void;
}

/** Its result, whose parsers are the client's where it brings none. */
interface WithResult {
  readonly _result?: { _types?: TypeParsers };
}

/** Whether a query brings its own way to run. */
export function isSubmittable(query: unknown): query is Submittable {
  return (
    typeof query === 'object' &&
    query !== null &&
    typeof (query as Partial<Submittable>).submit === 'function'
  );
}

/** @throws Error for a submittable that is no cursor, such as those of `pg-copy-streams`. */
export function assertCursor(query: Submittable): void {
  if (typeof query.handlePortalSuspended !== 'function' || 'handleCopyData' in query) throw refused(query);
}

/**
 * Runs a cursor.
 * @param opened The connection, once it is there.
 * @returns Resolves when further queries can be sent.
 */
export function runSubmittable(
  query: Submittable,
  opened: Promise<Connection>,
  types: TypeParsers,
): Promise<void> {
  const { _result: result } = query as WithResult;
  if (result !== undefined) result._types ??= types;
  const portal = new PortalConnection(query);
  return opened.then(
    async (connection) => {
      await portal.start(connection);
      await portal.done;
    },
    (error: unknown) => query.handleError(asPgError(error)),
  );
}

function refused(query: object): Error {
  const kind = query.constructor.name || 'an object with submit()';
  return new Error(
    `${kind} is a submittable, which @fairlead/postgres/pg does not run: use stream() or copyFrom() of @fairlead/postgres`,
  );
}

/** Rows whose cells are text. */
class TextRows implements BatchBuilder<ArrayRow[]> {
  #rows: ArrayRow[] = [];
  #read: RowReader<ArrayRow | ObjectRow> | undefined;

  begin(fields: readonly Field[]): void {
    const decoder = () => (source: CellSource, start: number, end: number) => source.text(start, end);
    this.#read = rowReader(fields, { decoder }, 'array');
  }

  row(source: CellSource, start: number, end: number): void {
    if (this.#read !== undefined) this.#rows.push(this.#read(source, start, end) as ArrayRow);
  }

  take(): ArrayRow[] | undefined {
    const rows = this.#rows;
    this.#rows = [];
    return rows.length === 0 ? undefined : rows;
  }
}

/** The connection that a cursor is given: it takes the cursor's messages, and answers them out of a stream. */
class PortalConnection extends Emitter {
  readonly #query: Submittable;
  #text = '';
  #values: readonly WireValue[] = [];
  #stream: Batches<ArrayRow[]> | undefined;
  #batches: AsyncIterableIterator<ArrayRow[]> | undefined;
  /** The first rows, which are asked for with the statement. */
  #first: Promise<IteratorResult<ArrayRow[]>> | undefined;
  #rows: ArrayRow[] = [];
  #isRead = false;
  readonly #done: Deferred<void> = deferred<void>();
  #isOver = false;
  #hasFailed = false;

  constructor(query: Submittable) {
    super();
    this.#query = query;
  }

  /** Resolves when the cursor is at its end or closed, or has lost its connection. */
  get done(): Promise<void> {
    return this.#done.promise;
  }

  /** Sends the statement. */
  async start(connection: Connection): Promise<void> {
    try {
      this.#query.submit(this as never);
    } catch (error) {
      this.#done.resolve();
      this.#fail(error);
      return;
    }
    const request = {
      ...statementRequest(this.#text),
      values: this.#values,
      fetchSize: FETCH_SIZE,
      exclusive: true,
    };
    const stream = new Batches(
      connection,
      async (sink) => connection.submit(request, sink),
      new TextRows(),
      {},
    );
    this.#stream = stream;
    this.#batches = stream.batches();
    this.#first = this.#batches.next();
    this.#first.catch(() => undefined);
    void connection.closed.then(() => this.#done.resolve());
    try {
      const fields = await stream.fields;
      this.emit(fields.length === 0 ? 'noData' : 'rowDescription');
      if (fields.length > 0) this.#query.handleRowDescription({ fields: fields.map(fieldOf) });
    } catch (error) {
      this.#fail(error);
    }
  }

  // What a cursor sends.

  parse({ text }: { readonly text: string }): void {
    this.#text = text;
  }

  bind({ values }: { readonly values?: readonly WireValue[] | null }): void {
    this.#values = values ?? [];
  }

  execute({ rows }: { readonly rows: number }): void {
    void this.#execute(rows || Number.POSITIVE_INFINITY);
  }

  sync(): void {
    void this.#finish();
  }

  describe(): void {}

  flush(): void {}

  close(): void {}

  async #execute(count: number): Promise<void> {
    try {
      while (this.#rows.length < count && !this.#isRead) await this.#fetch();
      // A type's parser may throw here.
      for (const fields of this.#rows.splice(0, count)) this.#query.handleDataRow({ fields });
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (this.#rows.length > 0 || !this.#isRead) {
      this.#query.handlePortalSuspended();
      return;
    }
    const { command = '', rowCount = 0 } = this.#stream?.summary ?? {};
    if (command === '') this.#query.handleEmptyQuery();
    else this.#query.handleCommandComplete({ text: `${command} ${rowCount}` });
  }

  async #fetch(): Promise<void> {
    const next = await (this.#first ?? this.#batches?.next());
    this.#first = undefined;
    if (next === undefined || next.done) this.#isRead = true;
    else this.#rows.push(...next.value);
  }

  /** The cursor is told once, whether it was waiting for columns or for rows. */
  #fail(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#query.handleError(asPgError(error));
  }

  /** Cancels what is left. */
  async #finish(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#batches?.return?.().catch(() => undefined);
    this.#done.resolve();
    this.#query.handleReadyForQuery();
    this.emit('readyForQuery');
  }
}
