// The replies that the server owes, by id. It says which may come, and sends nothing.
import type { FairleadError } from '@fairlead/errors';
import { protocolError } from '../errors.ts';
import type { DataTarget, Message } from '../wire/decoder.ts';
import * as FXP from '../wire/numbers/fxp.ts';

/** One reply that is owed. */
export interface PendingReply {
  /** The type of a reply that is no STATUS. */
  readonly expects: number;
  /** Of a READ: how many bytes were asked for. */
  readonly maxBytes?: number | undefined;
  /** Of a READ: where its data go, if not into storage of their own; `maxBytes` long. */
  readonly storage?: Uint8Array | undefined;
  /** Takes the reply. @throws FairleadError what ends the session. */
  onReply(message: Message): void;
  /** No reply will come. */
  onFailure(reason: FairleadError): void;
  /** Takes the reply to a request whose call was given up. */
  onLate?: ((message: Message) => void) | undefined;
  /** Whether the call was given up: the reply is dropped when it comes. */
  isAbandoned?: boolean;
}

const LAST_ID = 0xffff_ffff;

/** All that are owed. Ids are never used for two requests at a time. */
export class PendingReplies {
  readonly #byId = new Map<number, PendingReply>();
  #lastId = 0;

  get size(): number {
    return this.#byId.size;
  }

  /** Notes a request. @returns Its id. */
  add(pending: PendingReply): number {
    do this.#lastId = this.#lastId === LAST_ID ? 1 : this.#lastId + 1;
    while (this.#byId.has(this.#lastId));
    this.#byId.set(this.#lastId, pending);
    return this.#lastId;
  }

  /** Where the data of a DATA reply go: where the call wants them, or nowhere when the call was given up. */
  readonly targetOf: DataTarget = (id, count) => {
    const pending = this.#expect(id, FXP.DATA);
    const { maxBytes = 0 } = pending;
    if (count > maxBytes)
      throw protocolError(`the server sent ${count} bytes, and ${maxBytes} were asked for`);
    // It would be asked again without an end.
    if (count === 0) throw protocolError('the server sent a DATA reply without data');
    if (pending.isAbandoned) return undefined;
    return pending.storage?.subarray(0, count) ?? new Uint8Array(count);
  };

  /** Takes out what the reply belongs to. @throws FairleadError `protocol` when it is owed to nobody, or not of this type. */
  take({ id, type }: Message): PendingReply {
    const pending = this.#expect(id, type);
    this.#byId.delete(id);
    return pending;
  }

  /** Takes out all: no reply will come. */
  clear(): PendingReply[] {
    const all = [...this.#byId.values()];
    this.#byId.clear();
    return all;
  }

  #expect(id: number, type: number): PendingReply {
    const pending = this.#byId.get(id);
    if (pending === undefined) throw protocolError(`a reply came for request ${id}, which is not open`);
    if (type !== FXP.STATUS && type !== pending.expects) {
      throw protocolError(`a reply of type ${type} came in place of type ${pending.expects}`);
    }
    return pending;
  }
}
