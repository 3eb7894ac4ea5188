// The replies to COM_QUERY and COM_STMT_EXECUTE: packets in, events out (protocol, "Text Resultset", "Binary Protocol Resultset").
// Which packet may come next, `states.ts` says; any other one is refused as `protocol`.
import { Buffer } from 'node:buffer';
import { valueDecoder } from '../../values/decode.ts';
import type { Value } from '../../values/value.ts';
import {
  decodeColumn,
  decodeEof,
  decodeError,
  decodeOk,
  EOF,
  ERR,
  isEof,
  LOCAL_FILE,
  OK,
} from '../../wire/decode.ts';
import type { ErrPacket, FileEvents, ReplyEvents, ResultColumn } from '../../wire/messages.ts';
import { malformed, type PacketReader } from '../../wire/packet-reader.ts';
import type { SessionState } from '../session-state.ts';
import { illegalMove, REPLY, type ReplyEvent } from '../states.ts';
import { ColumnCache } from './column-cache.ts';
import type { ColumnFormat, Reply, ReplyOptions } from './reply.ts';

/** SERVER_MORE_RESULTS_EXISTS. */
const MORE_RESULTS = 0x0008;
/** As many columns as a table or a view may have. */
const MAX_COLUMNS = 4096;
const BINARY_ROW = 0x00;
/** The NULL bitmap of a binary row begins with two bits of no column. */
const BITMAP_OFFSET = 2;
/** Columns of a server that defines them for each result. */
const ALWAYS_DEFINED: ColumnFormat = { extended: false, known: false };

/** The reply to COM_QUERY and COM_STMT_EXECUTE: results, one after another. */
export class ResultReply implements Reply {
  failure: ErrPacket | undefined;
  readonly #binary: boolean;
  readonly #options: ReplyOptions;
  readonly #cache: ColumnCache;
  readonly #events: ReplyEvents;
  readonly #files: FileEvents | undefined;
  #state = REPLY.header;
  #expected = 0;
  #columns: readonly ResultColumn[] = [];

  /** @param files Without it, a request for a file gets no answer. */
  constructor(
    protocol: 'text' | 'binary',
    options: ReplyOptions,
    cache: ColumnCache,
    events: ReplyEvents,
    files?: FileEvents,
  ) {
    this.#files = files;
    this.#binary = protocol === 'binary';
    this.#options = options;
    this.#cache = cache;
    this.#events = events;
  }

  receive(reader: PacketReader): boolean {
    if (reader.peek() === ERR) {
      this.failure = decodeError(reader);
      return true;
    }
    switch (this.#state.name) {
      case 'rows':
        return this.#row(reader);
      case 'header':
        return this.#header(reader);
      case 'columns':
        return this.#column(reader);
      case 'columnsEnd':
        if (!isEof(reader)) throw malformed('the columns do not end where they should');
        this.#move('columnsEnd');
        return false;
      case 'localFile':
        if (reader.peek() !== OK) throw malformed('it is no answer to the content of a file');
        return this.#end(reader);
    }
  }

  #header(reader: PacketReader): boolean {
    const first = reader.peek();
    if (first === OK) return this.#end(reader);
    if (first === LOCAL_FILE) {
      this.#move('fileRequest');
      this.#files?.onLocalFile();
      return false;
    }
    if (first === EOF) throw malformed('a result begins with its end');
    this.#expected = reader.length();
    if (this.#expected < 1 || this.#expected > MAX_COLUMNS)
      throw malformed('a result has no such number of columns');
    const isKnown = this.#options.format.known && reader.uint8() === 0;
    if (reader.left > 0) throw malformed('bytes follow the number of columns');
    this.#move('columnCount');
    this.#events.onColumnCount();
    if (!isKnown) this.#cache.begin();
    else if (!this.#binary || this.#cache.length !== this.#expected)
      throw malformed('a result has columns that were not defined');
    else this.#defined(reader);
    return false;
  }

  #column(reader: PacketReader): boolean {
    if (this.#cache.take(reader) < this.#expected) return false;
    this.#cache.end();
    this.#defined(reader);
    return false;
  }

  #defined(reader: PacketReader): void {
    this.#columns = this.#cache.columns((bytes) => this.#decodeColumn(reader, bytes));
    this.#move('lastColumn');
    this.#events.onColumns(this.#columns);
  }

  #decodeColumn(reader: PacketReader, bytes: Uint8Array): ResultColumn {
    const definition = decodeColumn(
      reader.reset(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length),
      this.#options.format.extended,
    );
    return { ...definition, ...valueDecoder(definition, this.#options) };
  }

  #row(reader: PacketReader): boolean {
    if (isEof(reader)) return this.#end(reader);
    const row = this.#binary ? binaryRow(reader, this.#columns) : textRow(reader, this.#columns);
    if (reader.at !== reader.end) throw malformed('a row has more than its columns');
    this.#events.onRow(row);
    return false;
  }

  /** An OK or EOF packet. */
  #end(reader: PacketReader): boolean {
    const words = this.#state === REPLY.rows ? decodeEof(reader) : decodeOk(reader);
    this.#move('result');
    this.#options.state?.update(words);
    this.#events.onResult(words);
    return (words.status & MORE_RESULTS) === 0;
  }

  #move(event: ReplyEvent): void {
    this.#state = this.#state.to[event] ?? illegalMove(this.#state, event);
  }
}

function textRow(reader: PacketReader, columns: readonly ResultColumn[]): Value[] {
  const row: Value[] = new Array(columns.length);
  for (let i = 0; i < columns.length; i += 1) {
    const length = reader.length();
    const decoder = columns[i];
    if (length < 0 || decoder === undefined) {
      row[i] = null;
      continue;
    }
    const start = reader.take(length);
    row[i] = decoder.fromText(reader.bytes, start, reader.at);
  }
  return row;
}

function binaryRow(reader: PacketReader, columns: readonly ResultColumn[]): Value[] {
  if (reader.uint8() !== BINARY_ROW)
    throw malformed('a row of a prepared statement begins with another byte than 0');
  const bitmap = reader.take((columns.length + BITMAP_OFFSET + 7) >> 3);
  const row: Value[] = new Array(columns.length);
  for (let i = 0; i < columns.length; i += 1) {
    const bit = i + BITMAP_OFFSET;
    const isNull = ((reader.bytes[bitmap + (bit >> 3)] ?? 0) >> (bit & 7)) & 1;
    row[i] = isNull ? null : (columns[i]?.fromBinary(reader) ?? null);
  }
  return row;
}

const nothing = (): void => undefined;

/**
 * A reply that reports its results to the session's state alone, and its rows to `onRow`.
 * @param format For a reply with columns.
 */
export function silentReply(
  state?: SessionState,
  onRow: ReplyEvents['onRow'] = nothing,
  format: ColumnFormat = ALWAYS_DEFINED,
): ResultReply {
  const events = { onColumnCount: nothing, onColumns: nothing, onRow, onResult: nothing };
  return new ResultReply('text', { json: 'raw', format, state }, new ColumnCache(), events);
}
