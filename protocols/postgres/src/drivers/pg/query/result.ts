// A query's result as `pg` has it, and the sink that gathers it. It refuses to gather more than its limit.
import { failure } from '../../../errors.ts';
import type { Sink } from '../../../statements/request.ts';
import type { CellSource } from '../../../values/rows/cell-source.ts';
import { rowReader } from '../../../values/rows/row-reader.ts';
import type { RowReader } from '../../../values/rows/shape.ts';
import type { CellDecoder } from '../../../values/text/scalars.ts';
import type { ArrayRow, ObjectRow, Value } from '../../../values/value.ts';
import type { Field } from '../../../wire/messages.ts';
import type { TypeParser, TypeParsers } from '../values/types.ts';

/** As this package's own limit: half of what an isolate has. */
const MAX_BYTES = 67_108_864;

/** `INSERT 0 3`, `SELECT 5`, `CREATE TABLE`: the first word, an OID, the number of rows. */
const TAG = /^([A-Za-z]+)(?: (\d+))?(?: (\d+))?/;

/** One column of a result. */
export interface FieldDef {
  readonly name: string;
  readonly tableID: number;
  readonly columnID: number;
  readonly dataTypeID: number;
  readonly dataTypeSize: number;
  readonly dataTypeModifier: number;
  readonly format: 'text' | 'binary';
}

/** What a statement answered. The type of the rows is not checked. */
export class Result<Row = Record<string, unknown>> {
  /** The first word of the command: `SELECT`, `CREATE`; null for an empty statement. */
  command: string | null = null;
  /** Rows returned or touched; null where the command does not count, as CREATE TABLE. */
  rowCount: number | null = null;
  oid: number | null = null;
  rows: Row[] = [];
  fields: FieldDef[] = [];
}

/** A column as `pg` describes it. */
export function fieldOf({
  name,
  tableOid,
  columnNumber,
  typeOid,
  typeSize,
  typeModifier,
  format,
}: Field): FieldDef {
  return {
    name,
    tableID: tableOid,
    columnID: columnNumber,
    dataTypeID: typeOid,
    dataTypeSize: typeSize,
    dataTypeModifier: typeModifier,
    format: format === 1 ? 'binary' : 'text',
  };
}

/** Gathers the results of a query: one, or one for each statement. */
export class ResultSink implements Sink {
  readonly results: Result<ArrayRow | ObjectRow>[] = [];
  readonly #types: TypeParsers;
  readonly #rowMode: 'array' | 'object';
  #read: RowReader<ArrayRow | ObjectRow> | undefined;
  #result = new Result<ArrayRow | ObjectRow>();
  #bytes = 0;
  /** What a type's parser has thrown. */
  failure: unknown;

  constructor(types: TypeParsers, rowMode: 'array' | 'object') {
    this.#types = types;
    this.#rowMode = rowMode;
  }

  begin(fields: readonly Field[]): void {
    const decoder = (oid: number): CellDecoder => {
      const parse = this.#types.getTypeParser(oid, 'text') as TypeParser;
      return (source, start, end) => this.#parsed(parse, source.text(start, end));
    };
    this.#result.fields = fields.map(fieldOf);
    this.#read = rowReader(fields, { decoder }, this.#rowMode);
  }

  row(source: CellSource, start: number, end: number): void {
    this.#bytes += end - start;
    if (this.#bytes > MAX_BYTES) {
      this.#result.rows = [];
      throw failure(
        'limit',
        `The result is larger than the limit of ${MAX_BYTES} bytes. Ask for less (LIMIT), or use pg-cursor.`,
        {
          safeToRetry: false,
        },
      );
    }
    if (this.#read !== undefined) this.#result.rows.push(this.#read(source, start, end));
  }

  tag(tag: string, fields: readonly Field[] | undefined): void {
    const result = this.#result;
    // A prepared statement without rows of an earlier run may have told its columns then.
    if (result.fields.length === 0 && fields !== undefined) result.fields = fields.map(fieldOf);
    const [, command, first, second] = TAG.exec(tag) ?? [];
    result.command = command ?? null;
    if (second !== undefined) result.oid = Number(first);
    const count = second ?? first;
    result.rowCount = count === undefined ? null : Number(count);
    this.results.push(result);
    this.#result = new Result<ArrayRow | ObjectRow>();
  }

  #parsed(parse: TypeParser, text: string): Value {
    try {
      return parse(text) as Value;
    } catch (error) {
      this.failure ??= error;
      throw error;
    }
  }

  /** The result, or an array of them for several statements. As in `pg`, an empty statement adds none to others. */
  get outcome(): Result<ArrayRow | ObjectRow> | Result<ArrayRow | ObjectRow>[] {
    const counted =
      this.results.length > 1 ? this.results.filter(({ command }) => command !== null) : this.results;
    return counted.length > 1 ? counted : (counted[0] ?? new Result());
  }
}
