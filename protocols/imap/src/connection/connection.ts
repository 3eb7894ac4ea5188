// One open connection: sends commands and reads responses.
import { FairleadError } from '@fairlead/errors';
import type { Transport } from '@fairlead/transport';
import { asFairlead, goodbye, refusal, tlsFailed } from '../errors.ts';
import type { ConditionResponse, Response, TaggedResponse } from '../responses/types/response.ts';
import type { Session } from '../session/session.ts';
import { encodeCommand } from '../wire/encode.ts';
import { limitError, protocolError } from '../wire/errors.ts';
import { Parser } from '../wire/parser.ts';
import type { ParserEvent } from '../wire/types.ts';
import { type Command, Exchange } from './command.ts';
import { Turns } from './turns.ts';

/** Untagged responses that one command may have. */
const MAX_UNTAGGED = 1_000_000;
/** What the answer to one command may be long that is held in memory. */
const MAX_ANSWER_BYTES = 1 << 26;
/** What is read and thrown away to keep a connection whose reader left early. */
const MAX_SKIPPED_BYTES = 1 << 20;
/** What is waited for of a body that is under way: many small reads cost more than they give. */
const BODY_PIECE = 1 << 15;

/** One connection. After a failure it stays failed: it never reconnects. */
export class Connection extends Turns {
  readonly session: Session;
  /** Commands that leave together with the next one. A refusal of one of them means nothing. */
  ahead: readonly Command[] = [];
  /** Whether closing it ends the session, too. A connection of a pool goes on behind its borrower. */
  saysGoodbye = true;
  readonly #parser: Parser = new Parser();
  /** Commands without an answer, by tag. */
  readonly #underWay = new Map<string, Exchange>();
  #tags = 0;
  /** Bytes. */
  #received = 0;
  #interrupt: (reason: FairleadError) => void = () => undefined;

  constructor(transport: Transport, session: Session, signal: AbortSignal | undefined) {
    super(transport, signal);
    this.session = session;
  }

  protected get isOwed(): boolean {
    return this.#underWay.size > 0;
  }

  protected onLeave(reason: FairleadError | undefined): void {
    this.#parser.streamBodiesFrom = Number.POSITIVE_INFINITY;
    if (reason !== undefined) this.#interrupt(reason);
  }

  /** Waits for something of the caller's, no longer than the turn lasts. */
  wait<T>(work: PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#interrupt = reject;
      work.then(resolve, reject);
    });
  }

  protected async sayGoodbye(): Promise<void> {
    if (this.saysGoodbye) await this.write(new TextEncoder().encode(`A${++this.#tags} LOGOUT\r\n`));
  }

  /** Sends a command and reads its answer. @throws FairleadError `server`, `auth` for a refusal. */
  async ask(command: Command): Promise<TaggedResponse> {
    return await this.finish(await this.send(command));
  }

  /** Sends a command, behind those that wait to go ahead. Its literals may wait for the server. */
  async send(command: Command): Promise<Exchange> {
    const { ahead } = this;
    this.ahead = [];
    for (const one of ahead) await this.#write(one);
    return await this.#write(command);
  }

  /** Sends what waits to go ahead, and reads the answers. */
  async sendAhead(): Promise<void> {
    const { ahead } = this;
    this.ahead = [];
    for (const one of ahead) await this.answer(await this.#write(one));
  }

  async #write(command: Command): Promise<Exchange> {
    this.checkOpen();
    const tag = command.tag ?? `A${++this.#tags}`;
    const abilities = command.asksFirst
      ? { ...this.session.abilities, literals: undefined }
      : this.session.abilities;
    const steps = encodeCommand(tag, [command.name, ...(command.args ?? [])], abilities);
    if (this.#underWay.size === 0) this.#takeUnasked();
    if (command.readers !== undefined) this.#parser.learn(command.readers);
    const exchange = new Exchange(command);
    this.#underWay.set(tag, exchange);
    const before = this.hasEffect;
    if (command.effect !== undefined) this.hasEffect = true;
    exchange.hadEffect = before;
    for (const step of steps) {
      if (step.type === 'bytes') void this.write(step.bytes);
      else if (step.type === 'external') await command.writeLiteral?.();
      else {
        await this.continuation(exchange);
        // The server refused the command instead of taking the literal.
        if (exchange.reply?.status === 'OK') throw protocolError('OK came before the literal was sent');
        if (exchange.reply !== undefined) break;
      }
    }
    return exchange;
  }

  /** Queues bytes of the command under way. */
  write(bytes: Uint8Array): Promise<void> {
    return this.transport.write(bytes);
  }

  /** Waits for the server to go on with the command. @returns Its text; undefined where the command has ended instead. */
  async continuation(exchange: Exchange): Promise<string | undefined> {
    exchange.wantsContinuation = true;
    while (exchange.continuation === undefined) {
      if ((await this.next(exchange)) === undefined) return undefined;
    }
    const text = exchange.continuation;
    exchange.continuation = undefined;
    return text;
  }

  /** Reads to the command's end. @throws FairleadError `server`, `auth` for a refusal. */
  async finish(exchange: Exchange): Promise<TaggedResponse> {
    const reply = await this.answer(exchange);
    if (reply.status === 'OK') return reply;
    const { name, effect } = exchange.command;
    // A command that was not understood, or that does all or nothing, has done nothing.
    if (reply.status === 'BAD' || effect === 'atomic') this.hasEffect = exchange.hadEffect;
    throw refusal(name, reply);
  }

  /** Reads to the command's end, whatever it is. */
  async answer(exchange: Exchange): Promise<TaggedResponse> {
    const end = this.#received + MAX_ANSWER_BYTES;
    for (;;) {
      if (exchange.reply !== undefined) return exchange.reply;
      await this.next(exchange);
      if (this.#received > end) throw limitError('bytes of an answer', MAX_ANSWER_BYTES);
    }
  }

  /** Reads a command to its end for nobody. Ends the connection where that is long. */
  async skip(exchange: Exchange): Promise<void> {
    const end = this.#received + MAX_SKIPPED_BYTES;
    try {
      while (exchange.reply === undefined) {
        await this.next(exchange);
        if (this.#received > end) {
          throw new FairleadError('aborted', 'The reader left early');
        }
      }
    } catch (error) {
      // The reader has left: later calls are told.
      this.destroy(asFairlead(error));
    }
  }

  /** The next event until the command's end: every response, and the bodies that are handed out as they come. */
  async next(exchange: Exchange): Promise<ParserEvent<Response> | undefined> {
    if (exchange.reply !== undefined) return undefined;
    // What has come already is nothing for a reader whose time is up.
    this.checkOpen();
    for (;;) {
      const event = this.#parser.next();
      if (event === undefined) await this.#read();
      else {
        if (event.type === 'response') this.#take(event.response, exchange);
        return event.type === 'response' && event.response.type === 'tagged' && exchange.reply !== undefined
          ? undefined
          : event;
      }
    }
  }

  /** The server's first response. */
  async greeting(): Promise<ConditionResponse> {
    for (;;) {
      const event = this.#parser.next();
      if (event === undefined) await this.#read();
      else if (event.type === 'response') {
        const { response } = event;
        if (response.type !== 'condition') throw protocolError('the first response is no greeting');
        if (response.status === 'BYE') throw goodbye(response);
        if (response.status === 'NO' || response.status === 'BAD') {
          throw protocolError(`the greeting is ${response.status}`);
        }
        this.session.take(response);
        return response;
      }
    }
  }

  /** Bodies of FETCH of at least so many bytes are handed out as they come, until the turn's end. */
  streamBodies(from: number): void {
    this.#parser.streamBodiesFrom = from;
  }

  async #read(): Promise<void> {
    const chunk = await this.transport.read(Math.max(1, Math.min(this.#parser.bodyBytesDue, BODY_PIECE)));
    if (chunk === undefined) throw this.#lost();
    this.#received += chunk.length;
    this.#parser.push(chunk);
  }

  #take(response: Response, exchange: Exchange): void {
    const { type } = response;
    this.session.take(response);
    if (type === 'enabled') this.#parser.utf8 = this.session.abilities.utf8 ?? false;
    if (type === 'tagged') {
      const answered = this.#underWay.get(response.tag);
      if (answered === undefined) throw protocolError('an answer to no command');
      this.#underWay.delete(response.tag);
      answered.reply = response;
      return;
    }
    if (type === 'continuation') {
      if (!exchange.wantsContinuation) throw protocolError('a continuation that nothing waits for');
      exchange.wantsContinuation = false;
      exchange.continuation = response.text;
      return;
    }
    if (type === 'condition') {
      // Whether or not the server closes the connection, it takes no more commands.
      if (response.status === 'BYE') throw this.destroy(goodbye(response));
      if (response.status === 'PREAUTH') throw protocolError('PREAUTH came after the greeting');
    }
    if (type === 'expunge' && exchange.command.isBySequence) {
      throw protocolError('EXPUNGE came during a command by places');
    }
    if (++exchange.untagged > MAX_UNTAGGED) {
      throw limitError('responses to one command', MAX_UNTAGGED);
    }
    exchange.command.onData?.(response);
  }

  /** What came since the last command: news of the mailbox, or a goodbye. */
  #takeUnasked(): void {
    const nothing = new Exchange({ name: '' });
    for (let event = this.#parser.next(); event !== undefined; event = this.#parser.next()) {
      if (event.type === 'response') this.#take(event.response, nothing);
    }
  }

  /** Turns TLS on. @throws FairleadError `tls_failed`, also where anything came in clear behind the answer. */
  async startTls(): Promise<void> {
    if (!this.#parser.isBetweenResponses || this.#parser.next() !== undefined) {
      throw tlsFailed(
        'Bytes came behind the answer to STARTTLS; they may have been injected (CVE-2011-0411)',
      );
    }
    await this.transport.startTls();
    this.session.forget();
    this.#parser.utf8 = false;
  }

  #lost(): FairleadError {
    const where = this.#parser.isBetweenResponses ? 'instead of answering' : 'in the middle of a response';
    return new FairleadError('connection_lost', `The server closed the connection ${where}`);
  }
}
