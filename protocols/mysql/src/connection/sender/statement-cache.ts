// The statements that the server holds prepared for one connection, by their texts. It sends nothing by itself.
import { Buffer } from 'node:buffer';
import { LruCache } from '@fairlead/sql-client';
import type { ColumnCache } from '../../session/replies/column-cache.ts';
import { encodeCloseStatement, HEADER_BYTES } from '../../wire/encode.ts';
import type { PreparedStatement } from '../../wire/messages.ts';

/** A server holds 16,382 for all its connections unless configured (max_prepared_stmt_count). */
const MAX_PREPARED = 256;

/** A prepared statement, and the columns of its last result. */
export interface KnownStatement extends PreparedStatement {
  readonly columns: ColumnCache;
}

/** The prepared statements of one connection. */
export class StatementCache {
  readonly #byText = new LruCache<KnownStatement>(MAX_PREPARED);
  readonly #toClose: number[] = [];

  get(text: string): KnownStatement | undefined {
    return this.#byText.get(text);
  }

  add(text: string, prepared: KnownStatement): void {
    this.#close(this.#byText.add(text, prepared));
  }

  /** The server does not know it any more. */
  forget(text: string): void {
    this.#byText.delete(text);
  }

  /** It is to be prepared anew: what it was prepared for has changed. */
  drop(text: string): void {
    this.#close(this.#byText.delete(text));
  }

  #close(prepared: PreparedStatement | undefined): void {
    if (prepared !== undefined) this.#toClose.push(prepared.id);
  }

  /** The statements that made room: COM_STMT_CLOSE has no reply, so it goes out with the next command. */
  takeClosing(): Buffer | undefined {
    if (this.#toClose.length === 0) return undefined;
    return Buffer.concat(
      this.#toClose.splice(0).map((id) => {
        const packet = encodeCloseStatement(id);
        packet.writeUIntLE(packet.length - HEADER_BYTES, 0, 3);
        return packet;
      }),
    );
  }
}
