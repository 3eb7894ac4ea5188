// The statements that the server holds prepared for one connection, by their texts. It sends nothing by itself.
import { Buffer } from 'node:buffer';
import { encodeCloseStatement, HEADER_BYTES } from '../wire/encode.ts';
import type { PreparedWords } from '../wire/messages.ts';

/** A server holds 16,382 for all its connections unless configured (max_prepared_stmt_count). */
const MAX_PREPARED = 256;

/** The least recently used ones make room. */
export class StatementCache {
  readonly #byText = new Map<string, PreparedWords>();
  readonly #toClose: number[] = [];

  get(text: string): PreparedWords | undefined {
    const found = this.#byText.get(text);
    if (found === undefined || this.#byText.size < MAX_PREPARED) return found;
    this.#byText.delete(text);
    this.#byText.set(text, found);
    return found;
  }

  add(text: string, prepared: PreparedWords): void {
    if (this.#byText.size >= MAX_PREPARED) {
      const [oldest] = this.#byText;
      if (oldest !== undefined) {
        this.#byText.delete(oldest[0]);
        this.#toClose.push(oldest[1].id);
      }
    }
    this.#byText.set(text, prepared);
  }

  /** The server does not know it any more. */
  forget(text: string): void {
    this.#byText.delete(text);
  }

  /** It is to be prepared anew: what it was prepared for has changed. */
  drop(text: string): void {
    const found = this.#byText.get(text);
    if (found === undefined) return;
    this.#byText.delete(text);
    this.#toClose.push(found.id);
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
