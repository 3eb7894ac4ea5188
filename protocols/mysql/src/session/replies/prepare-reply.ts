// The reply to COM_STMT_PREPARE: packets in, the prepared statement out (protocol, "COM_STMT_PREPARE Response").
import { decodeError, decodePrepared, ERR, isEof } from '../../wire/decode.ts';
import type { ErrPacket, PreparedStatement } from '../../wire/messages.ts';
import { malformed, type PacketReader } from '../../wire/packet-reader.ts';
import type { ColumnCache } from './column-cache.ts';
import type { Reply } from './reply.ts';

/** The reply to COM_STMT_PREPARE: the statement's number, and the columns of its result. */
export class PrepareReply implements Reply {
  failure: ErrPacket | undefined;
  prepared: PreparedStatement | undefined;
  readonly #columns: ColumnCache;
  /** Lists that are still to end: of parameters, of columns. */
  #lists = 0;
  /** Servers may announce more parameters than they define, but not fewer. */
  #definitions = 0;
  #isAtColumns = false;

  /** @param columns Gets the definitions of the columns. */
  constructor(columns: ColumnCache) {
    this.#columns = columns;
  }

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
      this.#isAtColumns = parameterCount === 0;
    } else if (isEof(reader)) {
      this.#lists -= 1;
      this.#isAtColumns = true;
    } else {
      this.#definitions -= 1;
      if (this.#definitions < 0) throw malformed('it defines more columns than it announced');
      if (this.#isAtColumns) this.#columns.take(reader);
    }
    if (this.#lists > 0) return false;
    this.#columns.end();
    return true;
  }
}
