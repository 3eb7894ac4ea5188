// FETCH as its reader sees it: message by message, as fast as they are taken.
import { usage } from '@fairlead/errors';
import type { Exchange } from '../connection/command.ts';
import type { Connection } from '../connection/connection.ts';
import type { Link } from '../connection/link.ts';
import { overLimit } from '../errors.ts';
import { checkUids } from '../mailboxes/select.ts';
import type { FetchResponse } from '../responses/types/fetch.ts';
import type { Response } from '../responses/types/response.ts';
import type { FetchOptions } from '../types/calls.ts';
import type { FetchItems, Message, Messages } from '../types/messages.ts';
import type { Argument } from '../wire/arguments.ts';
import { fetchItems } from '../wire/requests/fetch-items.ts';
import type { ParserEvent } from '../wire/types.ts';
import { isAnswer, isWhole, messageOf } from './fetch-items.ts';
import { uidFilter, uidSets } from './uids.ts';

/** Default cap of the bodies of one message. */
const MAX_BYTES = 16 << 20;
/** Shorter bodies come with their response. */
const STREAMED_FROM = 1 << 16;

/** One FETCH command. */
interface Question {
  readonly name: 'UID FETCH' | 'FETCH';
  readonly set: string;
  readonly isWanted: (uid: number) => boolean;
}

/** Reads messages. The turn is held until the end, or until the reader leaves. */
export async function* fetchMessages(
  link: Link,
  messages: Messages,
  items: FetchItems,
  options: FetchOptions,
): AsyncGenerator<Message, void, undefined> {
  const { connection } = link;
  const turn = await connection.enter('fetch', link.limit(options, true));
  let exchange: Exchange | undefined;
  try {
    const { maxBytes = MAX_BYTES } = options;
    if (!(maxBytes >= 0)) throw usage('maxBytes is a number of bytes');
    const { exists } = checkUids(connection.session, options.uidValidity).figures;
    const asked = fetchItems(items, (...names) => connection.session.has(...names));
    const extra = modifiers(connection, options);
    connection.streamBodies(STREAMED_FROM);
    for (const { name, set, isWanted } of questions(messages, exists)) {
      exchange = await connection.send({
        name,
        args: [set, asked, ...extra],
        isBySequence: name === 'FETCH',
      });
      const bodies = new BodyCollector(maxBytes);
      for (;;) {
        const event = await connection.next(exchange);
        if (event === undefined) break;
        const response = bodies.take(event);
        if (response === undefined) continue;
        // Also those of a message that was not asked for: the next one's are its own.
        const sections = bodies.taken();
        if (response.uid === undefined || !isWanted(response.uid) || !isAnswer(response, asked)) continue;
        yield messageOf(response, items, sections);
      }
      await connection.finish(exchange);
    }
  } catch (error) {
    throw turn.fail(error);
  } finally {
    // The reader has left in the middle of an answer.
    if (exchange !== undefined && exchange.reply === undefined) await connection.skip(exchange);
    turn.leave();
  }
}

function* questions(messages: Messages, exists: number): Generator<Question> {
  if (typeof messages === 'object' && 'newest' in messages) {
    const { newest } = messages;
    if (!Number.isSafeInteger(newest) || newest < 1) throw usage('newest is a whole number above 0');
    const set = `${Math.max(1, exists - newest + 1)}:*`;
    if (exists > 0) yield { name: 'FETCH', set, isWanted: () => true };
    return;
  }
  for (const set of uidSets(messages)) yield { name: 'UID FETCH', set, isWanted: uidFilter(set) };
}

function modifiers({ session }: Connection, { changedSince }: FetchOptions): readonly Argument[] {
  if (changedSince === undefined) return [];
  if (typeof changedSince !== 'bigint' || changedSince < 0n) throw usage('changedSince is a bigint');
  if (!session.has('CONDSTORE', 'QRESYNC')) throw usage('The server does not offer CONDSTORE');
  return [['CHANGEDSINCE', `${changedSince}`]];
}

/** The bodies of one message, which come in pieces before the response that they belong to. */
class BodyCollector {
  readonly #maxBytes: number;
  #bodies = new Map<string, Uint8Array>();
  #current: Uint8Array | undefined;
  #at = 0;
  #total = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @returns The response, when it is whole. @throws FairleadError `limit`. */
  take(event: ParserEvent<Response>): FetchResponse | undefined {
    if (event.type === 'body-start') {
      this.#total += event.size;
      if (this.#total > this.#maxBytes) {
        throw overLimit(`A message is over maxBytes, ${this.#maxBytes}: use download`);
      }
      // A piece is not what was asked for.
      this.#current = isWhole(event) ? new Uint8Array(event.size) : undefined;
      this.#at = 0;
      if (this.#current !== undefined) this.#bodies.set(event.section.toUpperCase(), this.#current);
    } else if (event.type === 'body-bytes') {
      this.#current?.set(event.bytes, this.#at);
      this.#at += event.bytes.length;
    } else if (event.type === 'response' && event.response.type === 'fetch') return event.response;
    return undefined;
  }

  /** The bodies of the response that was whole; the next ones are of another. */
  taken(): ReadonlyMap<string, Uint8Array> {
    const bodies = this.#bodies;
    if (bodies.size > 0) this.#bodies = new Map();
    this.#total = 0;
    return bodies;
  }
}
