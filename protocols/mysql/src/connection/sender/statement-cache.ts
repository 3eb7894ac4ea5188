// The statements that the server holds prepared for one connection, by their texts. It sends nothing by itself.
import { Buffer } from 'node:buffer';
import { LruCache } from '@fairlead/sql-client';
import { encodeCloseStatement, HEADER_BYTES } from '../../wire/encode.ts';
import type { PreparedStatement } from '../../wire/messages.ts';

/** A server holds 16,382 for all its connections unless configured (max_prepared_stmt_count). */
const MAX_PREPARED = 256;

/** The prepared statements of one connection. */
export class StatementCache {
  readonly #byText = new LruCache<PreparedStatement>(MAX_PREPARED);
  readonly #toClose: number[] = [];

  get(text: string): PreparedStatement | undefined {
    return this.#byText.get(text);
  }

  add(text: string, prepared: PreparedStatement): void {
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
