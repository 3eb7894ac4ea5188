// Follows the mail transactions of a pooled connection: which replies are owed, and what a borrower has left open. A connection on
// which anything came that does not fit is never idle again, so the pool ends it.
import { FairleadError } from '@fairlead/errors';
import type { AnswerTracker } from '@fairlead/mooring';
import { protocolError } from '../errors.ts';
import type { Reply } from '../types.ts';
import { ReplyDecoder } from '../wire/decode.ts';
import { type Asked, CommandStream } from './command-stream.ts';
import { missingExtension } from './extensions.ts';

/** Mails over one connection: servers stop at a hundred (OpenSMTPD), at a thousand (Exim), or never. */
const MAX_MAILS = 100;

/** One connection's replies. */
export class SmtpTracker implements AnswerTracker {
  readonly #extensions: ReadonlySet<string>;
  readonly #replies = new ReplyDecoder();
  readonly #commands = new CommandStream((asked, line) => this.#ask(asked, line));
  readonly #owed: Asked[] = [];
  /** Whether the last bytes were the pool's own. */
  #isOwn = false;
  /** Whether the server has a sender: a mail transaction is open. */
  #isOpen = false;
  /** Whether the open transaction was refused in a way behind which its borrower sends no more of it. */
  #isRefused = false;
  /** Whether chunks were sent whose message was not accepted: it is not left to RSET to keep them out of the next mail. */
  #hasChunks = false;
  #isBroken = false;
  /** Whether nothing was answered on this loan. */
  #isFirst = true;
  /** Whether the server has answered the first command of a loan with 421: it takes nothing of what follows. */
  isTurnedAway = false;
  #mails = 0;

  /** @param extensions What this connection's server offers, by keyword. */
  constructor(extensions: ReadonlySet<string>) {
    this.#extensions = extensions;
  }

  /**
   * @throws FairleadError `connection_lost` for what needs an extension that this server did not offer: the borrower was greeted
   *   by another one. Nothing of the bytes may be sent: without CHUNKING the content of a mail would be read as commands.
   */
  sent(bytes: Uint8Array, owed: number | undefined): void {
    this.#isOwn = owed === undefined;
    this.#isFirst ||= this.isIdle;
    this.#commands.take(bytes);
  }

  received(bytes: Uint8Array): void {
    // The borrower gets the bytes too, and judges for itself.
    if (this.#isBroken && !this.#isOwn) return;
    if (this.#owed.length === 0 && !this.#commands.isInContent)
      throw protocolError('the server sent something without being asked');
    try {
      this.#replies.push(bytes);
      for (let reply = this.#replies.next(); reply !== undefined; reply = this.#replies.next())
        this.#answer(reply);
      this.#replies.keep();
    } catch {
      this.#isBroken = true;
    }
    if (this.#owed.length === 0 && this.#replies.unread) this.#isBroken = true;
    if (this.#isBroken && this.#isOwn) throw protocolError('the server refused a command of the pool');
  }

  /** Whether all is answered, and nobody has to go on with a transaction. */
  get isIdle(): boolean {
    return this.#isAnswered && (!this.#isOpen || this.#isRefused);
  }

  /** Whether a transaction was left open before its message: RSET ends it. */
  get needsReset(): boolean {
    return this.#isAnswered && this.#isOpen && !this.#hasChunks;
  }

  /** Whether the connection has carried as many mails as it should, or the chunks of one that was given up. */
  get isSpent(): boolean {
    return this.#mails >= MAX_MAILS || this.#hasChunks;
  }

  get #isAnswered(): boolean {
    const { isBetweenCommands } = this.#commands;
    return !this.#isBroken && this.#owed.length === 0 && isBetweenCommands && !this.#replies.unread;
  }

  #ask(asked: Asked | undefined, line: string): void {
    if (asked === undefined) this.#isBroken = true;
    else {
      this.#checkOffered(asked, line);
      this.#owed.push(asked);
    }
    if (asked === 'MAIL') this.#mails += 1;
    if (asked === 'BDAT') this.#hasChunks = true;
  }

  #checkOffered(asked: Asked, line: string): void {
    const needsPipelining =
      this.#owed.length > 0 && asked !== 'message' && !this.#extensions.has('PIPELINING');
    const missing = needsPipelining ? 'PIPELINING' : missingExtension(asked, line, this.#extensions);
    if (missing === undefined) return;
    this.#isBroken = true;
    // A message that was sent whole may be delivered.
    const isInDoubt = this.#owed.some((each) => each === 'message' || each === 'BDAT LAST');
    throw new FairleadError(
      'connection_lost',
      `The mail server behind the pool does not offer ${missing}, as the one that greeted this client did: connect again.`,
      { blame: 'peer', safeToRetry: !isInDoubt },
    );
  }

  #answer({ code }: Reply): void {
    const asked = this.#owed.shift();
    const isAccepted = code < 300;
    // Behind RSET there may be a mail: it would be another answer that counts.
    this.isTurnedAway ||= this.#isFirst && code === 421 && asked !== undefined && asked !== 'RSET';
    this.#isFirst = false;
    // RFC 5321 section 3.8: behind 421 the server closes. What is refused while it is being sent may or may not be read on.
    const isEarly = this.#owed.length === 0 && this.#commands.isInContent;
    if (asked === undefined || code === 421 || isEarly || (this.#isOwn && !isAccepted)) this.#isBroken = true;
    else if (asked === 'DATA') this.#answerData(code);
    else if (code >= 300 && code < 400) this.#isBroken = true;
    else if (asked === 'message' || asked === 'BDAT LAST') this.#end(isAccepted);
    else if (isAccepted && (asked === 'MAIL' || asked === 'RSET')) {
      this.#isOpen = asked === 'MAIL';
      this.#isRefused = false;
    }
  }

  #answerData(code: number): void {
    if (code < 400 && code !== 354) this.#isBroken = true;
    this.#commands.answerData(code === 354);
    this.#isRefused = code >= 400;
  }

  /** The end of a message was answered. Behind a refusal servers differ in what they forget. */
  #end(isAccepted: boolean): void {
    // A message without a sender: the server counts otherwise than we do.
    if (isAccepted && !this.#isOpen) this.#isBroken = true;
    this.#isOpen &&= !isAccepted;
    this.#hasChunks &&= !isAccepted;
    this.#isRefused = !isAccepted;
  }
}
