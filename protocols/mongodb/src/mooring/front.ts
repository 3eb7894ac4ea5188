// The caller's side of a pooled connection: it plays the server for hello, and says of each command what it may leave behind.
import { concat } from '@fairlead/bytes';
import type { Front, FrontStep } from '@fairlead/mooring';
import type { Document } from 'bson';
import { protocolError } from '../errors.ts';
import { encodeBehind } from '../wire/bson/encode.ts';
import {
  HEADER_BYTES,
  int32,
  MAX_MESSAGE_BYTES,
  OP_MSG,
  OP_QUERY,
  OP_REPLY,
  putInt32,
} from '../wire/protocol.ts';
import { readCommand } from './commands.ts';

/** What a server said at login, as plain values. */
export interface MongodbGreeting {
  /** The members of hello that clients read. */
  readonly hello: Document;
}

/** One client's front. */
export class MongodbFront implements Front {
  readonly #hasSessions: boolean;
  /** The hello that is to be answered. */
  #hello: { readonly requestId: number; readonly opCode: number } | undefined;
  #isLoggedIn = false;
  #rest: Uint8Array[] = [];
  #restBytes = 0;
  /** How many bytes there must be before it is worth looking again. */
  #wanted = HEADER_BYTES;

  /** @param hasSessions Whether the client is told that the server has sessions, which it ends by a command when it closes. */
  constructor(hasSessions: boolean) {
    this.#hasSessions = hasSessions;
  }

  take(bytes: Uint8Array): readonly FrontStep[] {
    this.#rest.push(bytes.slice());
    this.#restBytes += bytes.length;
    if (this.#restBytes < this.#wanted) return [];
    const all = concat(this.#rest);
    const steps: FrontStep[] = [];
    let at = 0;
    for (let end = this.#endOf(all, at); end !== undefined; end = this.#endOf(all, at)) {
      steps.push(this.#message(all.subarray(at, end)));
      at = end;
    }
    this.#rest = at < all.length ? [all.slice(at)] : [];
    this.#restBytes = all.length - at;
    return steps;
  }

  greet(greeting: unknown): Uint8Array {
    const { hello } = greeting as MongodbGreeting;
    const { requestId = 0, opCode = OP_MSG } = this.#hello ?? {};
    const { logicalSessionTimeoutMinutes, ...others } = hello;
    const document = this.#hasSessions ? hello : others;
    return opCode === OP_QUERY ? reply(requestId, document) : message(requestId, document);
  }

  /** Behind the message at `from`, if it has come whole. */
  #endOf(bytes: Uint8Array, from: number): number | undefined {
    this.#wanted = HEADER_BYTES;
    if (from + HEADER_BYTES > bytes.length) return undefined;
    const length = int32(bytes, from);
    if (length < HEADER_BYTES || length > MAX_MESSAGE_BYTES)
      throw protocolError('a command with an impossible length');
    this.#wanted = length;
    return from + length > bytes.length ? undefined : from + length;
  }

  #message(bytes: Uint8Array): FrontStep {
    if (this.#isLoggedIn) {
      const { trace } = readCommand(bytes);
      return { kind: 'forward', bytes, trace, owed: 1 };
    }
    this.#isLoggedIn = true;
    this.#hello = { requestId: int32(bytes, 4), opCode: int32(bytes, 12) };
    return { kind: 'login' };
  }
}

/** A document as OP_MSG, as a client's or a server's. */
export function message(responseTo: number, document: Document, requestId = 1): Uint8Array {
  const bytes = encodeBehind(document, HEADER_BYTES + 5);
  return withHeader(bytes, requestId, responseTo, OP_MSG);
}

/** A document as OP_REPLY: one, from no cursor. */
function reply(responseTo: number, document: Document): Uint8Array {
  const bytes = encodeBehind(document, HEADER_BYTES + 20);
  putInt32(bytes, HEADER_BYTES + 16, 1);
  return withHeader(bytes, 1, responseTo, OP_REPLY);
}

function withHeader(bytes: Uint8Array, requestId: number, responseTo: number, opCode: number): Uint8Array {
  putInt32(bytes, 0, bytes.length);
  putInt32(bytes, 4, requestId);
  putInt32(bytes, 8, responseTo);
  putInt32(bytes, 12, opCode);
  return bytes;
}
