// One part as a stream: BINARY.PEEK where the server decodes (RFC 3516), else BODY.PEEK, decoded here.
import { FairleadError, usage } from '@fairlead/errors';
import type { Exchange } from '../connection/command.ts';
import type { Connection } from '../connection/connection.ts';
import { linkOf } from '../connection/link.ts';
import type { Turn } from '../connection/turns.ts';
import { notFound } from '../errors.ts';
import { checkUids } from '../mailboxes/select.ts';
import type { BodyPart } from '../responses/types/body-part.ts';
import type { FetchedSection } from '../responses/types/fetch.ts';
import type { DownloadOptions } from '../types/calls.ts';
import type { ImapClient } from '../types/client.ts';
import { protocolError } from '../wire/errors.ts';
import { sectionItem } from '../wire/requests/fetch-items.ts';
import { sequenceSet } from '../wire/values.ts';
import { type BodyDecoder, bodyDecoder } from './transfer-encoding.ts';

type Stream = ReadableStream<Uint8Array<ArrayBuffer>>;

/**
 * One part as a stream, decoded by its transfer encoding: what an attachment is. The connection is busy until the stream ends or
 * is cancelled.
 * @param part `2.1`, or the part of a message's `structure`, which saves the question for its encoding. The whole message, as it
 *   is: the empty string.
 * @throws FairleadError `server` with the code NONEXISTENT where there is no such message or part, and as every call.
 * @example
 * ```ts
 * import { connect, download } from '@fairlead/imap';
 *
 * await using imap = await connect('imaps://app@mail.example.com', { password: env.IMAP_PASSWORD });
 * await imap.examine('INBOX');
 * const answer = new Response(await download(imap, 7, '2'));
 * ```
 */
export async function download(
  client: ImapClient,
  uid: number,
  part: string | BodyPart,
  options: DownloadOptions = {},
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const { uidValidity, isDecoded = true } = options;
  const link = linkOf(client);
  const { connection } = link;
  const limit = link.limit(options, true);
  if (typeof uid !== 'number') throw usage('A download is of one message, by its UID as a number');
  sequenceSet(uid);
  const path = typeof part === 'object' ? part.part : part;
  if (typeof path !== 'string')
    throw usage("part is a section such as '2.1', a part of a structure, or '' for the whole message");
  const section = path.toUpperCase();
  const turn = await connection.enter('download', limit);
  try {
    checkUids(connection.session, uidValidity);
    connection.streamBodies(0);
    const mustDecode = isDecoded && /^[\d.]+$/.test(section);
    const known = typeof part === 'string' ? undefined : part.encoding;
    const body = await openBody(connection, { uid, section, mustDecode, known });
    if (body === undefined) throw notFound(`The part ${section || 'of the whole message'}`);
    return streamOf(connection, turn, uid, body);
  } catch (error) {
    throw turn.fail(error);
  }
}

interface Wanted {
  readonly uid: number;
  readonly section: string;
  readonly mustDecode: boolean;
  /** The transfer encoding, where the caller knows it. */
  readonly known: string | undefined;
}

/** A body whose bytes come next. */
interface Body {
  readonly exchange: Exchange;
  readonly decoder: BodyDecoder;
  /** All of it, where the server sent it as a string. */
  readonly whole: Uint8Array | undefined;
}

async function openBody(connection: Connection, wanted: Wanted): Promise<Body | undefined> {
  const { uid, section, mustDecode, known } = wanted;
  const text = { uid, section, isBinary: false };
  const { session } = connection;
  const isPlain = known !== undefined && !/^(base64|quoted-printable)$/i.test(known);
  if (!mustDecode || isPlain) return await ask(connection, text, bodyDecoder(undefined));
  if (session.has('BINARY', 'IMAP4REV2')) {
    const binary = { uid, section, isBinary: true };
    const exchange = await sendQuestion(connection, binary);
    const body = await begin(connection, exchange, binary, bodyDecoder(undefined), true);
    // RFC 3516 section 4.3: the server does not know the transfer encoding. Others refuse parts whose encoding is broken.
    if (body !== undefined || exchange.reply?.status === 'OK') return body;
  }
  if (known !== undefined) return await ask(connection, text, bodyDecoder(known));
  // The encoding is asked for in the same flight.
  let encoding: string | undefined;
  const structure = await connection.send({
    name: 'UID FETCH',
    args: [`${uid}`, ['UID', 'BODYSTRUCTURE']],
    onData(response) {
      if (response.type === 'fetch' && response.uid === uid && response.structure)
        encoding = encodingOf(response.structure, section);
    },
  });
  const exchange = await sendQuestion(connection, text);
  await connection.finish(structure);
  return await begin(connection, exchange, text, bodyDecoder(encoding));
}

/** What was asked for. What else a server sends is passed over. */
interface Question {
  readonly uid: number;
  readonly section: string;
  readonly isBinary: boolean;
}

/** The UID comes first, so that it is known where the body begins. */
function sendQuestion(connection: Connection, { uid, section, isBinary }: Question): Promise<Exchange> {
  const args = [`${uid}`, ['UID', sectionItem(section, isBinary)]];
  return connection.send({ name: 'UID FETCH', args });
}

async function ask(
  connection: Connection,
  question: Question,
  decoder: BodyDecoder,
): Promise<Body | undefined> {
  return await begin(connection, await sendQuestion(connection, question), question, decoder);
}

function isAnswer(
  { uid, section, isBinary }: Question,
  by: number | undefined,
  one: Pick<FetchedSection, 'section' | 'isBinary' | 'origin'>,
): boolean {
  const isOurs = by === undefined || by === uid;
  return (
    isOurs && one.section.toUpperCase() === section && one.isBinary === isBinary && one.origin === undefined
  );
}

/** Reads up to the body's first byte. Undefined: there is none. */
async function begin(
  connection: Connection,
  exchange: Exchange,
  question: Question,
  decoder: BodyDecoder,
  mayRefuse = false,
): Promise<Body | undefined> {
  let whole: Uint8Array | undefined;
  for (;;) {
    const event = await connection.next(exchange);
    if (event === undefined) break;
    if (event.type === 'body-start' && isAnswer(question, event.uid, event)) {
      return { exchange, decoder, whole: undefined };
    }
    if (event.type === 'response' && event.response.type === 'fetch') {
      const { uid, sections } = event.response;
      const found = sections.find((one) => one.bytes !== undefined && isAnswer(question, uid, one));
      whole = found?.bytes ?? whole;
    }
  }
  if (!mayRefuse) await connection.finish(exchange);
  return whole && { exchange, decoder, whole };
}

function encodingOf(structure: BodyPart, section: string): string | undefined {
  if (structure.part.toUpperCase() === section) return structure.encoding;
  for (const part of structure.parts) {
    const encoding = encodingOf(part, section);
    if (encoding !== undefined) return encoding;
  }
  return undefined;
}

function streamOf(connection: Connection, turn: Turn, uid: number, body: Body): Stream {
  const { exchange, decoder, whole } = body;
  const piece = bodyReader(connection, uid, body);
  let isOver = false;
  let isPulling = false;
  /** Bytes before they are decoded, where the server sent them all at once. */
  let unread = whole;
  /** Decoded bytes, at least one; undefined behind the last. */
  const next = async (): Promise<Uint8Array | undefined> => {
    while (!isOver) {
      const bytes = unread ?? (await piece());
      unread = undefined;
      if (bytes === undefined) {
        await connection.finish(exchange);
        isOver = true;
        turn.leave();
      }
      const decoded = bytes === undefined ? decoder.end() : decoder.push(bytes);
      if (decoded.length > 0) return decoded;
    }
    return undefined;
  };
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        isPulling = true;
        try {
          const bytes = await next();
          if (bytes === undefined) controller.close();
          // The transport reuses its buffer.
          else controller.enqueue(decoder.isView ? bytes.slice() : (bytes as Uint8Array<ArrayBuffer>));
        } catch (error) {
          isOver = true;
          throw turn.fail(error);
        } finally {
          isPulling = false;
        }
      },
      async cancel() {
        // A read that is under way cannot be given up alone.
        if (isPulling) connection.destroy(new FairleadError('aborted', 'The download was cancelled'));
        else if (!isOver) await connection.skip(exchange);
        turn.leave();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Gives pieces of the body; undefined at its end. What else comes is passed over. */
function bodyReader(
  connection: Connection,
  uid: number,
  { exchange, whole }: Body,
): () => Promise<Uint8Array | undefined> {
  let isInside = whole === undefined;
  let isNamed = whole !== undefined;
  return async () => {
    for (;;) {
      const event = await connection.next(exchange);
      if (event === undefined) return undefined;
      if (event.type === 'body-bytes' && isInside) return event.bytes;
      if (event.type === 'body-end') isInside = false;
      else if (event.type === 'response' && event.response.type === 'fetch' && !isNamed) {
        isNamed = true;
        // A server may say whose body it was behind it.
        const { uid: named = uid } = event.response;
        if (named !== uid) throw protocolError('the body of another message came');
      }
    }
  };
}
