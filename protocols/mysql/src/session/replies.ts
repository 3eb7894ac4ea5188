// The replies to commands: packets in, events out (protocol, "Command Phase"). Which packet may come next, `states.ts`
// says; any other one is refused as `protocol`.
import { Buffer } from 'node:buffer';
import { type ValueOptions, valueDecoder } from '../values/decode.ts';
import type { Value } from '../values/value.ts';
import {
  decodeColumn,
  decodeEof,
  decodeError,
  decodeOk,
  decodePrepared,
  EOF,
  ERR,
  isEof,
  LOCAL_FILE,
  OK,
} from '../wire/decode.ts';
import type {
  ErrPacket,
  FileEvents,
  PreparedStatement,
  ReplyEvents,
  ResultColumn,
} from '../wire/messages.ts';
import { bytesOf, malformed, type PacketReader } from '../wire/packet-reader.ts';
import type { SessionState } from './session-state.ts';
import { illegalMove, REPLY, type ReplyEvent } from './states.ts';

/** SERVER_MORE_RESULTS_EXISTS. */
const MORE_RESULTS = 0x0008;
/** As many columns as a table or a view may have. */
const MAX_COLUMNS = 4096;
const BINARY_ROW = 0x00;
/** The NULL bitmap of a binary row begins with two bits of no column. */
const BITMAP_OFFSET = 2;

/** How the packets of a connection are to be read. */
export interface ReplyOptions extends ValueOptions {
  /** Whether column definitions have MariaDB's extended metadata. */
  readonly extended: boolean;
  /** Takes the session's status and variables, which come at the end of each result. */
  readonly state?: SessionState | undefined;
}

/** A command's reply, packet by packet. */
export interface Reply {
  /** The server's error, once it has ended the reply. */
  readonly failure: ErrPacket | undefined;
  /**
   * Takes one packet.
   * @returns True when the reply is complete.
   * @throws FairleadError `protocol` for a packet that cannot stand here, and what an event throws.
   */
  receive(reader: PacketReader): boolean;
}

/**
 * The last result's columns, by the bytes of their definitions: a statement that runs again has the same ones. Only
 * definitions that differ from the last result's are copied and decoded.
 */
export class ColumnCache {
  #definitions: Uint8Array[] = [];
  #columns: readonly ResultColumn[] = [];
  /** How many definitions of the present result have come. */
  #count = 0;
  /** The present result's definitions, once one differs from the last result's. */
  #changed: Uint8Array[] | undefined;

  /** Begins with the definitions of another result. */
  begin(): void {
    this.#count = 0;
    this.#changed = undefined;
  }

  /** Takes the next definition. @returns How many have come. */
  take({ bytes, at, end }: PacketReader): number {
    if (this.#changed !== undefined || !isAt(this.#definitions[this.#count], bytes, at, end)) {
      this.#changed ??= this.#definitions.slice(0, this.#count);
      this.#changed.push(bytesOf(bytes, at, end));
    }
    this.#count += 1;
    return this.#count;
  }

  /** The columns of the definitions that have come. */
  columns(decode: (definition: Uint8Array) => ResultColumn): readonly ResultColumn[] {
    if (this.#changed === undefined && this.#count === this.#definitions.length) return this.#columns;
    const definitions = this.#changed ?? this.#definitions.slice(0, this.#count);
    this.#columns = definitions.map(decode);
    this.#definitions = definitions;
    return this.#columns;
  }
}

/** Whether these bytes are the ones from `at` to `end`. */
function isAt(known: Uint8Array | undefined, bytes: Uint8Array, at: number, end: number): boolean {
  if (known === undefined || known.length !== end - at) return false;
  for (let i = 0; i < known.length; i += 1) if (known[i] !== bytes[at + i]) return false;
  return true;
}

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
    if (reader.left > 0) throw malformed('bytes follow the number of columns');
    this.#cache.begin();
    this.#move('columnCount');
    this.#events.onColumnCount();
    return false;
  }

  #column(reader: PacketReader): boolean {
    if (this.#cache.take(reader) < this.#expected) return false;
    this.#columns = this.#cache.columns((bytes) => this.#decodeColumn(reader, bytes));
    this.#move('lastColumn');
    this.#events.onColumns(this.#columns);
    return false;
  }

  #decodeColumn(reader: PacketReader, bytes: Uint8Array): ResultColumn {
    const definition = decodeColumn(
      reader.reset(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length),
      this.#options.extended,
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

/** The reply to COM_STMT_PREPARE: the statement's number, and definitions that are of no use yet. */
export class PrepareReply implements Reply {
  failure: ErrPacket | undefined;
  prepared: PreparedStatement | undefined;
  /** Lists that are still to end: of parameters, of columns. */
  #lists = 0;
  /** Servers may announce more parameters than they define, but not fewer. */
  #definitions = 0;

  receive(reader: PacketReader): boolean {
    if (reader.peek() === ERR) {
      this.failure = decodeError(reader);
      return true;
    }
    if (this.prepared === undefined) {
      const { id, parameterCount, columnCount } = decodePrepared(reader);
      this.prepared = { id, parameterCount };
      this.#lists = Math.sign(parameterCount) + Math.sign(columnCount);
      this.#definitions = parameterCount + columnCount;
    } else if (isEof(reader)) {
      this.#lists -= 1;
    } else {
      this.#definitions -= 1;
      if (this.#definitions < 0) throw malformed('it defines more columns than it announced');
    }
    return this.#lists === 0;
  }
}

const nothing = (): void => undefined;

/**
 * A reply that reports its results to the session's state alone, and its rows to `onRow`.
 * @param extended For a reply with columns: whether they have MariaDB's extended metadata.
 */
export function silentReply(
  state?: SessionState,
  onRow: ReplyEvents['onRow'] = nothing,
  extended = false,
): ResultReply {
  const events = { onColumnCount: nothing, onColumns: nothing, onRow, onResult: nothing };
  return new ResultReply('text', { json: 'raw', extended, state }, new ColumnCache(), events);
}
