// One message over an open connection: envelope, body, reply. It streams the body through one buffer, and never lets a
// message end that is not whole.
import type { FairleadError } from '@fairlead/errors';
import type { Connection } from '../connection/connection.ts';
import { protocolError, refusal } from '../errors.ts';
import { type Plan, planMessage } from '../session/mail-commands.ts';
import { Mail } from '../session/mail-transaction.ts';
import type { Body, Capabilities, Envelope, Reply, SendResult } from '../types.ts';
import { encodeLines } from '../wire/encode.ts';
import { BodyEncoder, inspectBody, precededBy } from '../wire/encode-body.ts';
import { dropSource, nextPiece, openSource, type Source } from './message-source.ts';

/** One platform write takes 65,536 bytes; a line for BDAT stands in front. */
const BUFFER_BYTES = 65_536 - 32;
/** Chunks of BDAT that may be unanswered. */
const MAX_CHUNKS_AHEAD = 4;
/** A message up to this size leaves in one write with its envelope, where the server allows. */
const MAX_SINGLE_BYTES = 32_000;

/** What one message's sending goes by. */
export interface SendContext {
  readonly connection: Connection;
  readonly capabilities: Capabilities;
  readonly chunking: boolean;
  /** Whether the server still has parts of a message that was given up. */
  reset: boolean;
}

/** Sends one message. @throws FairleadError see `SmtpClient.sendRaw`. */
export async function sendMessage(context: SendContext, envelope: Envelope, body: Body): Promise<SendResult> {
  const { connection, capabilities } = context;
  const source = openSource(body);
  try {
    const facts = source instanceof Uint8Array ? inspectBody(source) : undefined;
    const plan = planMessage(envelope, facts, capabilities, connection.transport.peer.tls);
    const useChunks = context.chunking && capabilities.chunking;
    const mail = new Mail(plan, {
      pipelining: capabilities.pipelining,
      data: !useChunks,
      reset: context.reset,
    });
    context.reset = true;
    const message = new Message(connection, mail, plan, source, !useChunks);
    try {
      const result = await (useChunks ? byChunks(message, capabilities.pipelining) : byData(message));
      context.reset = false;
      return result;
    } finally {
      message.release();
    }
  } catch (error) {
    dropSource(source);
    throw error;
  }
}

/** One message that is on its way. */
class Message {
  readonly connection: Connection;
  readonly mail: Mail;
  /** Call it when the message is done with, however it went. */
  readonly release: () => void;
  readonly #encoder: BodyEncoder;
  readonly #source: Source;
  /** Rejects when the connection fails while the caller's stream is waited for. */
  readonly #failed: Promise<never>;
  /** The piece that is being encoded, and how far. */
  #piece: Uint8Array | undefined;
  #at = 0;
  #atEnd = false;

  constructor(connection: Connection, mail: Mail, plan: Plan, source: Source, stuffing: boolean) {
    this.connection = connection;
    this.mail = mail;
    this.#source = source;
    const isWhole = source instanceof Uint8Array;
    if (isWhole) this.#piece = source;
    // A dot on each line, or a CR before each LF: it doubles at most.
    const bufferBytes = isWhole ? Math.min(BUFFER_BYTES, source.length * 2 + 16) : BUFFER_BYTES;
    this.#encoder = new BodyEncoder({ ...plan, stuffing }, bufferBytes);
    let release = (): void => undefined;
    this.#failed = new Promise((_, reject) => {
      release = connection.onFailure(reject);
    });
    this.#failed.catch(() => undefined);
    this.release = release;
  }

  /** Bytes that are there as a whole, if they are few. */
  get small(): boolean {
    return this.#source instanceof Uint8Array && this.#source.length <= MAX_SINGLE_BYTES;
  }

  /** Whether `next` has handed out everything. */
  get done(): boolean {
    return this.#atEnd;
  }

  /** The next bytes for the wire: a view, valid until the next call. The last ones end the message. */
  async next(): Promise<Uint8Array> {
    const encoder = this.#encoder;
    while (!encoder.full) {
      if (this.#piece === undefined || this.#at === this.#piece.length) {
        this.#piece = await this.#nextPiece();
        this.#at = 0;
        if (this.#piece !== undefined) continue;
        if (encoder.hasRoomForEnd) {
          encoder.end();
          this.#atEnd = true;
        }
        break;
      }
      this.#at = encoder.fill(this.#piece, this.#at);
    }
    return encoder.take();
  }

  async #nextPiece(): Promise<Uint8Array | undefined> {
    if (this.#source instanceof Uint8Array) return undefined;
    const { connection } = this;
    const next = nextPiece(this.#source);
    return connection.inTime(Promise.race([next, this.#failed]), "The message's stream");
  }
}

/** Everything before the body. `behind`: what leaves in the same write, and asks for one reply more. */
async function sendEnvelope({ connection, mail }: Message, behind?: Uint8Array): Promise<void> {
  for (let lines = mail.output(); lines.length > 0; lines = mail.output()) {
    connection.send(encodeLines(lines), lines.length);
    if (behind !== undefined) connection.send(behind, 1);
    for (const _ of lines) mail.receive(await connection.reply());
  }
}

/** The body by DATA (RFC 5321 section 4.1.1.4). */
async function byData(message: Message): Promise<SendResult> {
  const { connection, mail } = message;
  await sendEnvelope(message);
  const { failure } = mail;
  if (failure !== undefined && mail.dataOpen && mail.accepted.length === 0) await endEmpty(connection);
  // Recipients that were taken though the sender was not would get the empty message: no end is sent then.
  connection.inBody = mail.dataOpen && (failure === undefined || mail.accepted.length > 0);
  if (failure !== undefined) throw failure;
  let early: Reply | undefined;
  const answer = connection.replyAtAnyTime().then((reply) => {
    early = reply;
    return reply;
  });
  answer.catch(() => undefined);
  while (!message.done) {
    const bytes = await message.next();
    if (early !== undefined) throw tooEarly(early);
    if (message.done) connection.committed = true;
    const taken = connection.send(bytes, message.done ? 1 : 0);
    await connection.inTime(Promise.race([taken, answer]), 'Sending the message');
  }
  const reply = await connection.inTime(answer, "The server's answer to the message");
  connection.inBody = false;
  return settled(message, reply);
}

/** The result, from the reply to the message's end. Nobody knows what became of it only where that makes no sense. */
function settled({ connection, mail }: Message, reply: Reply): SendResult {
  if (reply.code >= 400 || mail.accepted.length === 0) connection.committed = false;
  const result = mail.finish(reply);
  connection.committed = false;
  return result;
}

/** RFC 2920 section 3.1: where DATA was accepted though nobody is left, nothing but its end is sent. */
async function endEmpty(connection: Connection): Promise<void> {
  connection.send(encodeLines(['.']), 1);
  await connection.reply();
}

function tooEarly(reply: Reply): FairleadError {
  if (reply.code >= 400) return refusal('the message while it was being sent', reply);
  return protocolError(`${reply.code} came before the message was sent to its end`);
}

/** The body by BDAT (RFC 3030), in chunks of known length. */
async function byChunks(message: Message, pipelining: boolean): Promise<SendResult> {
  const { mail } = message;
  if (pipelining && message.small) {
    const only = await message.next();
    if (message.done) return inOneWrite(message, chunk(only, true));
    throw new Error('a small message fits into the buffer');
  }
  await sendEnvelope(message);
  if (mail.failure !== undefined) throw mail.failure;
  return new Chunks(message, pipelining ? MAX_CHUNKS_AHEAD : 1).send();
}

/** Envelope and body together (RFC 3030 section 4.2): a server that refuses the envelope refuses the body as well. */
async function inOneWrite(message: Message, body: Uint8Array): Promise<SendResult> {
  const { connection } = message;
  connection.committed = true;
  await sendEnvelope(message, body);
  return settled(message, await connection.reply());
}

function chunk(bytes: Uint8Array, last: boolean): Uint8Array {
  return precededBy(encodeLines([`BDAT ${bytes.length}${last ? ' LAST' : ''}`]), bytes);
}

/** The chunks of one message, some of them unanswered. */
class Chunks {
  readonly #message: Message;
  readonly #maxAhead: number;
  #owed = 0;
  /** The first chunk's refusal: those behind it are refused for its sake. */
  #refusal: FairleadError | undefined;

  constructor(message: Message, maxAhead: number) {
    this.#message = message;
    this.#maxAhead = maxAhead;
  }

  async send(): Promise<SendResult> {
    const { connection } = this.#message;
    try {
      await this.#sendAll();
    } catch (error) {
      // Without LAST nothing is delivered. The replies are read, so that the connection can be used again; where that
      // fails it ends, but the first error is the one to tell.
      await this.#settle(0).catch(() => undefined);
      throw error;
    }
    await this.#settle(1);
    const reply = await connection.reply();
    if (this.#refusal === undefined) return settled(this.#message, reply);
    if (reply.code < 400) throw protocolError(`${reply.code} came behind a part that was refused`);
    throw this.#refusal;
  }

  async #sendAll(): Promise<void> {
    const message = this.#message;
    const { connection } = message;
    while (!message.done) {
      const bytes = await message.next();
      await this.#settle(this.#maxAhead - 1);
      if (this.#refusal !== undefined) throw this.#refusal;
      if (message.done) connection.committed = true;
      this.#owed++;
      await connection.inTime(connection.send(chunk(bytes, message.done), 1), 'Sending the message');
    }
  }

  /** Reads replies until at most `left` are owed. */
  async #settle(left: number): Promise<void> {
    while (this.#owed > left) {
      const reply = await this.#message.connection.reply();
      this.#owed--;
      if (reply.code >= 300 && reply.code < 400) throw protocolError(`BDAT was answered with ${reply.code}`);
      if (reply.code >= 400) this.#refusal ??= refusal('the message', reply);
    }
  }
}
