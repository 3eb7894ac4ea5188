// The caller's side of a pooled connection: it plays the server for the greeting, the login and the beginning of the session,
// and says of each statement what it may leave behind.
import { concat, decodeUtf8Lossy } from '@fairlead/bytes';
import { FairleadError } from '@fairlead/errors';
import type { Front, FrontStep, Trace } from '@fairlead/mooring';
import type { SqlSettings } from '../session/session-state.ts';
import { COMMAND } from '../wire/encode.ts';
import { FileContent, MAX_PAYLOAD_BYTES } from './messages.ts';
import { readText, type TextFacts } from './trace.ts';

const HEADER_BYTES = 4;
/** The payload of an SSLRequest; a login is longer. */
const SSL_REQUEST_BYTES = 32;
/** How the client ends what another of its connections runs: the first statement of a connection that has no session. */
const KILL = /^KILL QUERY (\d{1,10})$/;

/** The server answers with it in its turn. At most 128 characters. */
const REFUSED =
  'A statement of a pool has none before it: ask behind your own in a transaction, or read the result of the statement itself';

/** What the server said at login, as plain values. */
export interface MysqlGreeting {
  /** The first packet, as `playedGreeting` has made it. */
  readonly handshake: Uint8Array;
  /** Where it has the connection's id. */
  readonly idAt: number;
  /** The statements that begin a session, which the pool has run, and their answers. */
  readonly session: readonly (readonly [text: string, answer: Uint8Array])[];
  /** How a session reads texts, unless it was changed: then its connection is its client's. */
  readonly settings: SqlSettings;
}

/** One client's front. */
export class MysqlFront implements Front {
  readonly speaksFirst = true;
  /** `session`: logged in; the statements that begin a session may come. */
  #state: 'login' | 'session' | 'open' = 'login';
  #session: MysqlGreeting['session'] = [];
  #settings: SqlSettings = {};
  /**
   * Whether the client has begun a transaction, in which it has the connection of the statement before; `read`: one in which it has
   * asked for rows, so that those that were found are its own.
   */
  #transaction: 'none' | 'begun' | 'read' = 'none';
  readonly #file = new FileContent();
  /** The beginning of a message whose rest has not come, in the pieces that have. */
  #rest: Uint8Array[] = [];
  #restBytes = 0;
  /** How many bytes there must be before it is worth looking again. */
  #wanted = 0;

  greet(greeting: unknown, key: number): Uint8Array {
    const { handshake, idAt, session, settings } = greeting as MysqlGreeting;
    this.#session = session;
    this.#settings = settings;
    const bytes = handshake.slice();
    new DataView(bytes.buffer).setUint32(idAt, key, true);
    return bytes;
  }

  take(bytes: Uint8Array): readonly FrontStep[] {
    // The client may use its buffer again.
    this.#rest.push(bytes.slice());
    this.#restBytes += bytes.length;
    if (this.#restBytes < this.#wanted) return [];
    const all = concat(this.#rest);
    const steps: FrontStep[] = [];
    let at = 0;
    for (let end = this.#endOf(all, at); end !== undefined; end = this.#endOf(all, at)) {
      steps.push(...this.#message(all.subarray(at, end)));
      at = end;
    }
    this.#rest = at < all.length ? [all.slice(at)] : [];
    this.#restBytes = all.length - at;
    return steps;
  }

  /** Behind the message at `from`, if it has come whole. */
  #endOf(bytes: Uint8Array, from: number): number | undefined {
    for (let at = from; ; ) {
      this.#wanted = at + HEADER_BYTES - from;
      if (at + HEADER_BYTES > bytes.length) return undefined;
      const length = u24(bytes, at);
      at += HEADER_BYTES + length;
      this.#wanted = at - from;
      if (at > bytes.length) return undefined;
      if (length < MAX_PAYLOAD_BYTES) return at;
    }
  }

  #message(bytes: Uint8Array): FrontStep[] {
    const length = bytes.length - HEADER_BYTES;
    const sequence = bytes[3] ?? 0;
    if (this.#state === 'login') {
      if (length === SSL_REQUEST_BYTES) return [];
      this.#state = 'session';
      return [{ kind: 'reply', bytes: okPacket(sequence + 1) }];
    }
    if (this.#file.takes(sequence, length)) return [{ kind: 'forward', bytes, trace: 'clean', owed: 0 }];
    return this.#command(bytes);
  }

  #command(bytes: Uint8Array): FrontStep[] {
    switch (bytes[HEADER_BYTES]) {
      case COMMAND.quit:
        return [{ kind: 'goodbye' }];
      case COMMAND.query:
        return this.#query(bytes);
      // Its statement is the session's.
      case COMMAND.prepare:
        return this.#forward(bytes, 'session', 1);
      case COMMAND.execute:
        return this.#forward(bytes, 'clean', 1);
      case COMMAND.closeStatement:
        return this.#forward(bytes, 'clean', 0);
      default:
        throw new FairleadError('protocol', 'A pooled connection of MySQL has no such command.');
    }
  }

  #query(bytes: Uint8Array): FrontStep[] {
    // A text of several packets is not read.
    if (bytes.length >= HEADER_BYTES + MAX_PAYLOAD_BYTES) return this.#forward(bytes, 'session', 1);
    const text = decodeUtf8Lossy(bytes.subarray(HEADER_BYTES + 1));
    if (this.#state === 'session') {
      const answer = this.#session.find(([known]) => known === text)?.[1];
      if (answer !== undefined) return [{ kind: 'reply', bytes: answer }];
      const key = KILL.exec(text)?.[1];
      if (key !== undefined) return [{ kind: 'cancel', key: Number(key), reply: okPacket(1) }];
    }
    const facts = readText(text, this.#settings);
    const { trace } = facts;
    const mayAsk = trace === 'asks for rows' ? this.#transaction === 'read' : this.#transaction !== 'none';
    if (trace !== 'asks' && trace !== 'asks for rows') {
      this.#follow(facts);
      return this.#forward(bytes, trace, 1);
    }
    if (!mayAsk) return this.#forward(REFUSAL, 'clean', 1);
    this.#follow(facts);
    return this.#forward(bytes, 'dirty', 1);
  }

  #follow({ trace, transaction, reads }: TextFacts): void {
    if (transaction === 'begins') this.#transaction = 'begun';
    // What is the session's keeps the connection, whatever it commits.
    else if (transaction === 'ends' && trace !== 'session') this.#transaction = 'none';
    if (reads && this.#transaction === 'begun') this.#transaction = 'read';
  }

  #forward(bytes: Uint8Array, trace: Trace, owed: number): FrontStep[] {
    this.#state = 'open';
    return [{ kind: 'forward', bytes, trace, owed }];
  }
}

/** A statement in the place of one that cannot be answered rightly. */
const REFUSAL = /* @__PURE__ */ queryPacket(`SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${REFUSED}'`);

function queryPacket(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  return concat([Uint8Array.of(bytes.length + 1, 0, 0, 0, COMMAND.query), bytes]);
}

/** An OK packet: no rows, no id, SERVER_STATUS_AUTOCOMMIT, no warnings. */
function okPacket(sequence: number): Uint8Array {
  return Uint8Array.of(7, 0, 0, sequence & 0xff, 0, 0, 0, 2, 0, 0, 0);
}

function u24(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
}
