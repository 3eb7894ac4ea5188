// IDLE (RFC 2177) for a limited time: it is asked for anew before servers give it up, and ended by DONE, once.
import { type Deadline, Deadlines } from '@fairlead/client';
import { FairleadError, usage } from '@fairlead/errors';
import type { Exchange } from '../connection/command.ts';
import type { Connection } from '../connection/connection.ts';
import { linkOf } from '../connection/link.ts';
import { checkUids } from '../mailboxes/select.ts';
import type { Response } from '../responses/types/response.ts';
import type { UidOptions } from '../types/calls.ts';
import type { ImapClient } from '../types/client.ts';
import type { MailboxEvent } from '../types/results.ts';
import { protocolError } from '../wire/errors.ts';

/** Some servers end an IDLE after ten minutes. */
const ROUND_MS = 540_000;
/** The wait for the server's consent to an IDLE whose time is up already. */
const CONSENT_TIMEOUT_MS = 2_000;
/** The wait for the server's answer to DONE. */
const DONE_TIMEOUT_MS = 10_000;
/** How much longer a reader may take that has not asked for that answer yet. */
const PAUSE_TIMEOUT_MS = 60_000;

/**
 * Watches the selected mailbox until the time is up; then the loop ends, without an error. The connection is busy meanwhile: other
 * calls wait. In a Worker it lives at most as long as its request; for push use an alarm that asks for the status.
 * @param options `timeoutMs`: how long, at most 29 minutes. Default 540,000 (9 minutes).
 * @throws FairleadError `usage` (no IDLE, no mailbox), `aborted` (the connection stays usable), and as every call.
 * @example
 * ```ts
 * import { connect, idle } from '@fairlead/imap';
 *
 * await using imap = await connect('imaps://app@mail.example.com', { password: env.IMAP_PASSWORD });
 * await imap.select('INBOX');
 * for await (const event of idle(imap, { timeoutMs: 60_000 })) {
 *   if (event.type === 'exists' && event.added > 0) break; // there is new mail
 * }
 * ```
 */
export async function* idle(
  client: ImapClient,
  options: UidOptions = {},
): AsyncGenerator<MailboxEvent, void, undefined> {
  const { timeoutMs = ROUND_MS, signal, uidValidity } = options;
  if (!(timeoutMs > 0)) throw usage('timeoutMs is a number of milliseconds above 0');
  const { connection } = linkOf(client);
  const watch = new Watch(connection);
  const limit = { at: Date.now() + timeoutMs, timeoutMs, signal };
  const turn = await connection.enter('idle', limit, (reason) => watch.stop(reason));
  try {
    checkUids(connection.session, uidValidity);
    if (!connection.session.has('IDLE', 'IMAP4REV2')) throw usage('The server does not offer IDLE');
    yield* watch.run();
  } catch (error) {
    throw turn.fail(error);
  } finally {
    await watch.end();
    turn.leave();
  }
}

/** The IDLE commands of one watch, one after the other. */
class Watch {
  readonly #connection: Connection;
  #exchange: Exchange | undefined;
  #isAccepted = false;
  #isDone = false;
  /** Whether somebody waits for the server. */
  #isReading = false;
  #stopped: FairleadError | undefined;
  readonly #deadlines = new Deadlines();
  #deadline: Deadline | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async *run(): AsyncGenerator<MailboxEvent, void, undefined> {
    const { session } = this.#connection;
    const events: MailboxEvent[] = [];
    let exists = session.mailbox?.figures.exists ?? 0;
    while (this.#stopped === undefined) {
      this.#isDone = this.#isAccepted = false;
      const exchange = await this.#connection.send({
        name: 'IDLE',
        onData(response) {
          const event = eventOf(response, exists);
          if (event !== undefined) events.push(event);
          exists = session.mailbox?.figures.exists ?? 0;
        },
      });
      this.#exchange = exchange;
      if ((await this.#connection.continuation(exchange)) !== undefined) {
        this.#isAccepted = true;
        this.#startRound();
      }
      do {
        yield* events.splice(0);
      } while (await this.#hasMore(exchange));
      yield* events.splice(0);
      await this.#finish(exchange);
    }
    if (this.#stopped?.code === 'aborted') throw this.#stopped;
  }

  async #hasMore(exchange: Exchange): Promise<boolean> {
    this.#isReading = true;
    // The server's time does not run while the reader pauses.
    if (this.#isDone) this.#awaitEnd(DONE_TIMEOUT_MS);
    const event = await this.#connection.next(exchange);
    this.#isReading = false;
    return event !== undefined;
  }

  #awaitEnd(timeoutMs: number): void {
    this.#deadlines.remove(this.#deadline);
    this.#deadline = this.#deadlines.add(timeoutMs, () => {
      if (this.#isReading) this.#connection.destroy(protocolError('the server did not answer DONE'));
      else if (timeoutMs < PAUSE_TIMEOUT_MS) this.#awaitEnd(PAUSE_TIMEOUT_MS);
      else this.#connection.destroy(new FairleadError('aborted', 'The reader of idle has paused too long'));
    });
  }

  /** Ends the watch: its time is up, or its signal fired. */
  stop(reason: FairleadError): void {
    this.#stopped ??= reason;
    const exchange = this.#exchange;
    // DONE may follow the server's consent alone.
    if (exchange !== undefined && exchange.reply === undefined && !this.#isAccepted) {
      this.#deadline = this.#deadlines.add(CONSENT_TIMEOUT_MS, () => this.#connection.destroy(reason));
    } else this.#sendDone();
  }

  /** The reader has left, or it is over. */
  async end(): Promise<void> {
    const exchange = this.#exchange;
    if (exchange !== undefined && exchange.reply === undefined) {
      this.#isReading = true;
      this.#sendDone();
      await this.#connection.skip(exchange);
      if (exchange.reply !== undefined) this.#leave();
    }
    this.#deadlines.stop();
  }

  #startRound(): void {
    this.#deadlines.remove(this.#deadline);
    this.#deadline = this.#deadlines.add(ROUND_MS, () => this.#sendDone());
    this.#connection.session.move('IDLE');
    if (this.#stopped !== undefined) this.#sendDone();
  }

  /** Never twice: the second one would be a command that the server does not know. */
  #sendDone(): void {
    if (!this.#isAccepted || this.#isDone) return;
    this.#isDone = true;
    this.#deadlines.remove(this.#deadline);
    this.#connection.session.move('DONE');
    void this.#connection.write(new TextEncoder().encode('DONE\r\n'));
    this.#awaitEnd(DONE_TIMEOUT_MS);
  }

  async #finish(exchange: Exchange): Promise<void> {
    const isEarly = this.#isAccepted && !this.#isDone;
    this.#leave();
    await this.#connection.finish(exchange);
    // A server that ends every IDLE at once would be asked without end.
    if (isEarly) throw protocolError('the server ended IDLE before DONE');
  }

  /** The command has its answer. */
  #leave(): void {
    this.#deadlines.remove(this.#deadline);
    if (!this.#isAccepted) return;
    const { session } = this.#connection;
    if (!this.#isDone) session.move('DONE');
    session.move('ok');
  }
}

function eventOf(response: Response, before: number): MailboxEvent | undefined {
  switch (response.type) {
    case 'exists':
      return { type: 'exists', exists: response.number, added: Math.max(0, response.number - before) };
    case 'expunge':
      return { type: 'expunge', sequence: response.number };
    case 'vanished':
      return { type: 'vanished', uids: response.uids };
    case 'fetch': {
      const { sequence, uid, flags } = response;
      return flags && { type: 'flags', sequence, uid, flags };
    }
    default:
      return undefined;
  }
}
