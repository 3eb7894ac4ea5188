// One mail transaction (RFC 5321 section 3.3): which commands to send, pipelined or one by one, and what their replies
// mean. It sends nothing itself, and reports a message as accepted only after the reply to its end.
import type { FairleadError } from '@fairlead/errors';
import { allRejected, protocolError, refusal, textOf } from '../errors.ts';
import type { Rejection, Reply, SendResult } from '../types.ts';
import type { EncodedEnvelope } from './envelope.ts';
import type { SessionState } from './states.ts';

/** A command that is to be sent, or that waits for its reply. */
type Command =
  | { readonly kind: 'rset' | 'mail' | 'data'; readonly line: string }
  | { readonly kind: 'rcpt'; readonly line: string; readonly address: string };

/** How the commands leave. */
export interface TransactionOptions {
  /** All at once (RFC 2920). */
  readonly pipelining: boolean;
  /** Whether DATA comes at the end; BDAT does without. */
  readonly data: boolean;
}

/** Send the lines of `output` and hand each reply to `receive`, until `output` is empty. */
export class MailTransaction {
  readonly accepted: string[] = [];
  readonly rejected: Rejection[] = [];
  readonly #session: SessionState;
  readonly #pipelining: boolean;
  readonly #unsent: Command[] = [];
  readonly #sent: Command[] = [];
  #refusal: FairleadError | undefined;

  constructor(session: SessionState, envelope: EncodedEnvelope, { pipelining, data }: TransactionOptions) {
    this.#session = session;
    this.#pipelining = pipelining;
    if (session.state === 'abandoned') this.#unsent.push({ kind: 'rset', line: 'RSET' });
    this.#unsent.push({ kind: 'mail', line: envelope.mail });
    for (const { line, address } of envelope.recipients) this.#unsent.push({ kind: 'rcpt', line, address });
    if (data) this.#unsent.push({ kind: 'data', line: 'DATA' });
  }

  /** The lines to send now; empty while replies are due, and when nothing is left to send. */
  output(): string[] {
    if (this.#sent.length > 0) return [];
    const commands = this.#unsent.splice(0, this.#pipelining ? this.#unsent.length : 1);
    this.#sent.push(...commands);
    this.#begin();
    return commands.map(({ line }) => line);
  }

  /** Why no content may be sent; `undefined` where a recipient was accepted. */
  get failure(): FairleadError | undefined {
    if (this.#refusal !== undefined) return this.#refusal;
    return this.accepted.length === 0 ? allRejected(this.rejected) : undefined;
  }

  /**
   * Takes the reply to the oldest command.
   * @throws FairleadError `protocol` for a reply that fits no command; `server` where RSET is refused.
   */
  receive(reply: Reply): void {
    const command = this.#sent.shift();
    if (command === undefined || (reply.code >= 300 && reply.code < 400 && command.kind !== 'data')) {
      throw protocolError(`${reply.code} came, which answers nothing`);
    }
    const isAccepted = reply.code < 300;
    switch (command.kind) {
      case 'rset':
        this.#onRset(isAccepted, reply);
        break;
      case 'mail':
        this.#onMail(isAccepted, reply);
        break;
      case 'rcpt':
        this.#onRcpt(command.address, isAccepted, reply);
        break;
      case 'data':
        this.#onData(isAccepted, reply);
    }
  }

  /** The result, from the reply to the end of the message. @throws FairleadError `server`, `protocol`. */
  complete(reply: Reply): SendResult {
    const { accepted, rejected } = this;
    const session = this.#session;
    if (reply.code >= 400 || accepted.length === 0) session.move('refused');
    if (reply.code >= 400) throw this.failure ?? refusal('the message', reply);
    if (reply.code >= 300) throw protocolError(`the message was answered with ${reply.code}`);
    if (this.#refusal !== undefined && accepted.length > 0) {
      throw protocolError('the message was taken though its sender was refused');
    }
    if (this.failure !== undefined) throw this.failure;
    session.move('accepted');
    return { accepted, rejected, response: `${reply.code} ${reply.lines.join(' ')}`.trim() };
  }

  /** RSET and MAIL begin when they are sent; the others when the replies to the commands before them have come. */
  #begin(): void {
    const kind = this.#sent[0]?.kind;
    if (kind === 'rset') this.#session.move('RSET');
    if (kind === 'mail') this.#session.move('MAIL');
  }

  #onRset(isAccepted: boolean, reply: Reply): void {
    this.#session.move(isAccepted ? 'accepted' : 'refused');
    if (!isAccepted) throw refusal('RSET', reply);
    this.#begin();
  }

  #onMail(isAccepted: boolean, reply: Reply): void {
    if (!isAccepted) {
      this.#refusal = refusal('the sender', reply);
      this.#unsent.length = 0;
    }
    const refused = this.#sent.length > 0 ? 'refused, RCPT is sent' : 'refused';
    this.#session.move(isAccepted ? 'accepted' : refused);
  }

  #onRcpt(address: string, isAccepted: boolean, reply: Reply): void {
    if (isAccepted) this.accepted.push(address);
    else {
      const { code, enhanced } = reply;
      this.rejected.push({ address, code, enhanced, message: textOf(reply) });
    }
    // Without pipelining, DATA can still be left out.
    if (this.#unsent[0]?.kind === 'data' && this.accepted.length === 0) this.#unsent.length = 0;
    const next = (this.#sent[0] ?? this.#unsent[0])?.kind;
    if (next !== undefined) this.#session.move(next === 'data' ? 'DATA' : 'RCPT');
    // Where the message left together with its envelope, the reply to BDAT is still due.
    else if (this.failure !== undefined && !this.#session.isInDoubt) this.#session.move('refused');
  }

  #onData(isAccepted: boolean, reply: Reply): void {
    if (isAccepted) throw protocolError(`DATA was answered with ${reply.code}, before any data`);
    if (reply.code === 354) {
      this.#session.move(this.accepted.length === 0 ? 'accepted, no recipient' : 'accepted');
      return;
    }
    if (reply.code < 400) throw protocolError(`DATA was answered with ${reply.code}`);
    this.#session.move('refused');
    this.#refusal ??= this.accepted.length === 0 ? undefined : refusal('DATA', reply);
  }
}
