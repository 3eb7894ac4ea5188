// Sends one message over an open connection: envelope, content by DATA or BDAT, and the reply to its end. The content
// goes through one buffer. A message that is incomplete is never ended, so the server does not deliver it.
import { deferred, firstOf } from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';
import { nextChunk, type OpenBody } from '../body.ts';
import { protocolError, refusal } from '../errors.ts';
import { type EncodedEnvelope, encodeEnvelope } from '../session/envelope.ts';
import { MailTransaction } from '../session/mail-transaction.ts';
import type { Capabilities, Envelope, Reply, SendResult } from '../types.ts';
import { encodeLines } from '../wire/encode.ts';
import { bdatChunk, bdatCommand, encodeWhole, MailDataEncoder } from '../wire/mail-data.ts';
import { readMessageFacts } from '../wire/message-facts.ts';
import type { Connection } from './connection.ts';

/** One platform write takes 65,536 bytes; the BDAT command stands in front. */
const BUFFER_BYTES = 65_536 - 32;
/** BDAT chunks that may be unanswered at a time. */
const MAX_CHUNKS_AHEAD = 4;
/** A message in memory up to this size leaves in one write, with its envelope where the server allows that. */
const MAX_SMALL_BYTES = 32_000;

/** The connection to send over, and how. */
export interface Sender {
  readonly connection: Connection;
  readonly capabilities: Capabilities;
  /** Whether BDAT is used where the server offers it. */
  readonly chunking: boolean;
}

/** Sends one message. A stream that was not read to its end is left to the caller. @throws FairleadError see `SmtpClient.sendRaw`. */
export async function sendMessage(
  sender: Sender,
  envelope: Envelope,
  content: OpenBody,
): Promise<SendResult> {
  const { connection, capabilities } = sender;
  const { pipelining } = capabilities;
  const useChunks = sender.chunking && capabilities.chunking;
  const isWhole = content instanceof Uint8Array;
  const small = isWhole && content.length <= MAX_SMALL_BYTES ? encodeWhole(content, !useChunks) : undefined;
  const facts = small?.facts ?? (isWhole ? readMessageFacts(content) : undefined);
  const encoded = encodeEnvelope(envelope, facts, capabilities, connection.transport.peer.tls);
  const transaction = new MailTransaction(connection.session, encoded, { pipelining, data: !useChunks });
  if (small !== undefined) {
    if (!useChunks) return await smallByData(connection, transaction, small.data);
    if (pipelining) return await inOneWrite(connection, transaction, small.data);
  }
  const message = new OutgoingMessage(connection, transaction, encoded, content, !useChunks);
  return await (useChunks ? byChunks(message, pipelining) : byData(message));
}

/** One message that is sent in pieces. */
class OutgoingMessage {
  readonly connection: Connection;
  readonly transaction: MailTransaction;
  readonly #encoder: MailDataEncoder;
  readonly #body: OpenBody;
  /** The chunk that is being encoded, and how far. */
  #chunk: Uint8Array | undefined;
  #at = 0;
  #isDone = false;

  constructor(
    connection: Connection,
    transaction: MailTransaction,
    envelope: EncodedEnvelope,
    body: OpenBody,
    stuffing: boolean,
  ) {
    this.connection = connection;
    this.transaction = transaction;
    this.#body = body;
    if (body instanceof Uint8Array) this.#chunk = body;
    this.#encoder = new MailDataEncoder({ ...envelope, stuffing }, BUFFER_BYTES);
  }

  /** Whether `next` has handed out everything. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** The next bytes for the wire: a view, valid until the next call. The last ones end the message. */
  async next(): Promise<Uint8Array> {
    const encoder = this.#encoder;
    while (!encoder.full) {
      if (this.#chunk === undefined || this.#at === this.#chunk.length) {
        this.#chunk = await this.#nextChunk();
        this.#at = 0;
        if (this.#chunk !== undefined) continue;
        if (encoder.hasRoomForEnd) {
          encoder.end();
          this.#isDone = true;
        }
        break;
      }
      this.#at = encoder.fill(this.#chunk, this.#at);
    }
    return encoder.take();
  }

  /** Waits for the caller's stream, but no longer than the connection lasts. */
  async #nextChunk(): Promise<Uint8Array | undefined> {
    if (this.#body instanceof Uint8Array) return undefined;
    const { connection } = this;
    const failed = deferred<never>();
    const stopListening = connection.onFailure(failed.reject);
    try {
      const chunk = firstOf(nextChunk(this.#body), failed.promise);
      return await connection.inTime(chunk, "The message's stream");
    } finally {
      stopListening();
    }
  }
}

/**
 * MAIL, RCPT and DATA.
 * @param ahead A message that leaves in the same write, behind BDAT; its reply is left to the caller.
 */
async function sendEnvelope(
  connection: Connection,
  transaction: MailTransaction,
  ahead?: Uint8Array,
): Promise<void> {
  for (let lines = transaction.output(); lines.length > 0; lines = transaction.output()) {
    if (ahead === undefined) void connection.send(encodeLines(lines), lines.length);
    else {
      void connection.send(encodeLines([...lines, bdatCommand(ahead.length, true)]), lines.length + 1);
      void connection.send(ahead, 0);
    }
    for (const _ of lines) transaction.receive(await connection.reply());
  }
}

/** What comes before the content of DATA (RFC 5321 section 4.1.1.4). */
async function beginData(connection: Connection, transaction: MailTransaction): Promise<void> {
  await sendEnvelope(connection, transaction);
  if (connection.session.state === 'empty') await endEmpty(connection);
  const { failure } = transaction;
  // Recipients that were accepted though the sender was refused would get an empty message: in the state `content` the
  // connection ends with the failure, and the message with it.
  if (failure !== undefined) throw failure;
}

/** A small message by DATA: it leaves in one write. */
async function smallByData(
  connection: Connection,
  transaction: MailTransaction,
  data: Uint8Array,
): Promise<SendResult> {
  await beginData(connection, transaction);
  const early = connection.replyNow();
  if (early !== undefined) throw tooEarly(early);
  connection.session.move('end');
  void connection.send(data, 1);
  const answer = connection.replyAtAnyTime();
  return transaction.complete(await connection.inTime(answer, "The server's answer to the message"));
}

/** A message in pieces by DATA. */
async function byData(message: OutgoingMessage): Promise<SendResult> {
  const { connection, transaction } = message;
  await beginData(connection, transaction);
  let early: Reply | undefined;
  const answer = connection.replyAtAnyTime().then((reply) => {
    early = reply;
    return reply;
  });
  answer.catch(() => undefined);
  while (!message.isDone) {
    const bytes = await message.next();
    if (early !== undefined) throw tooEarly(early);
    if (message.isDone) connection.session.move('end');
    const taken = connection.send(bytes, message.isDone ? 1 : 0);
    await connection.inTime(firstOf(taken, answer), 'Sending the message');
  }
  return transaction.complete(await connection.inTime(answer, "The server's answer to the message"));
}

/** RFC 2920 section 3.1: where DATA was accepted though no recipient was, an empty message is ended at once. */
async function endEmpty(connection: Connection): Promise<void> {
  void connection.send(encodeLines(['.']), 1);
  await connection.reply();
  connection.session.move('refused');
}

function tooEarly(reply: Reply): FairleadError {
  if (reply.code >= 400) return refusal('the message while it was being sent', reply);
  return protocolError(`${reply.code} came before the message was sent to its end`);
}

/** The content by BDAT (RFC 3030), in chunks of known length. */
async function byChunks(message: OutgoingMessage, pipelining: boolean): Promise<SendResult> {
  const { connection, transaction } = message;
  await sendEnvelope(connection, transaction);
  const { failure } = transaction;
  if (failure !== undefined) throw failure;
  return new Chunks(message, pipelining ? MAX_CHUNKS_AHEAD : 1).send();
}

/**
 * Envelope and content of a small message together by BDAT (RFC 3030 section 4.2): a server that refuses the envelope refuses
 * the content too.
 */
async function inOneWrite(
  connection: Connection,
  transaction: MailTransaction,
  data: Uint8Array,
): Promise<SendResult> {
  connection.session.sendsAhead();
  await sendEnvelope(connection, transaction, data);
  connection.session.move('BDAT LAST');
  return transaction.complete(await connection.reply());
}

/** The chunks of one message, some of them unanswered. */
class Chunks {
  readonly #message: OutgoingMessage;
  readonly #maxAhead: number;
  #owed = 0;
  /** The refusal of the first chunk that was refused: the server refuses all chunks behind it as well. */
  #refusal: FairleadError | undefined;

  constructor(message: OutgoingMessage, maxAhead: number) {
    this.#message = message;
    this.#maxAhead = maxAhead;
  }

  async send(): Promise<SendResult> {
    const { connection, transaction } = this.#message;
    try {
      await this.#sendAll();
    } catch (error) {
      await this.#giveUp();
      throw error;
    }
    await this.#receive(1);
    const reply = await connection.reply();
    if (this.#refusal === undefined) return transaction.complete(reply);
    if (reply.code < 400) throw protocolError(`${reply.code} came behind a part that was refused`);
    connection.session.move('refused');
    throw this.#refusal;
  }

  async #sendAll(): Promise<void> {
    const message = this.#message;
    const { connection } = message;
    while (!message.isDone) {
      const bytes = await message.next();
      await this.#receive(this.#maxAhead - 1);
      if (this.#refusal !== undefined) throw this.#refusal;
      connection.session.move(message.isDone ? 'BDAT LAST' : 'BDAT');
      this.#owed++;
      const taken = connection.send(bdatChunk(bytes, message.isDone), 1);
      await connection.inTime(taken, 'Sending the message');
    }
  }

  /**
   * Without LAST the server delivers nothing. Reads the replies that are due, so that the connection can be used again;
   * where that fails the connection ends, and the caller still gets the first error.
   */
  async #giveUp(): Promise<void> {
    const { session } = this.#message.connection;
    try {
      await this.#receive(0);
    } catch {
      return;
    }
    if (session.state !== 'completion') session.move('refused');
  }

  /** Receives replies until at most `left` are due. */
  async #receive(left: number): Promise<void> {
    while (this.#owed > left) {
      const reply = await this.#message.connection.reply();
      this.#owed--;
      if (reply.code >= 300 && reply.code < 400) throw protocolError(`BDAT was answered with ${reply.code}`);
      if (reply.code >= 400) this.#refusal ??= refusal('the message', reply);
    }
  }
}
