// One message's conversation: MAIL, RCPT, and DATA or BDAT, pipelined or one by one. It sends nothing itself, and never
// takes a body's acceptance for granted.

import type { FairleadError } from '@fairlead/errors';
import { allRejected, protocolError, refusal, textOf } from '../errors.ts';
import type { Rejection, Reply, SendResult } from '../types.ts';
import type { Plan } from './mail-commands.ts';

/** A command that is to be sent, or waits for its reply. */
type Step =
  | { readonly kind: 'reset' | 'mail' | 'data'; readonly line: string }
  | { readonly kind: 'rcpt'; readonly line: string; readonly address: string };

/** How the commands leave. */
export interface MailOptions {
  /** All at once (RFC 2920). */
  readonly pipelining: boolean;
  /** Whether DATA comes at the end; BDAT needs none. */
  readonly data: boolean;
  /** Whether the message before was not ended properly. */
  readonly reset: boolean;
}

/** One message. Send what `output` gives, hand the replies to `receive`, until `settled`. */
export class Mail {
  readonly accepted: string[] = [];
  readonly rejected: Rejection[] = [];
  /** Whether the server waits for the body of DATA. */
  dataOpen = false;
  readonly #pipelining: boolean;
  readonly #unsent: Step[] = [];
  readonly #sent: Step[] = [];
  #refusal: FairleadError | undefined;

  constructor({ mail, recipients }: Plan, { pipelining, data, reset }: MailOptions) {
    this.#pipelining = pipelining;
    if (reset) this.#unsent.push({ kind: 'reset', line: 'RSET' });
    this.#unsent.push({ kind: 'mail', line: mail });
    for (const { line, address } of recipients) this.#unsent.push({ kind: 'rcpt', line, address });
    if (data) this.#unsent.push({ kind: 'data', line: 'DATA' });
  }

  /** The lines to send now; empty while replies are owed. */
  output(): string[] {
    if (this.#sent.length > 0) return [];
    const steps = this.#unsent.splice(0, this.#pipelining ? this.#unsent.length : 1);
    this.#sent.push(...steps);
    return steps.map(({ line }) => line);
  }

  /** Whether every command has been answered that was to be sent. */
  get settled(): boolean {
    return this.#sent.length === 0 && this.#unsent.length === 0;
  }

  /** Why there is nobody to send the body to; `undefined` where there is somebody. */
  get failure(): FairleadError | undefined {
    if (this.#refusal !== undefined) return this.#refusal;
    return this.accepted.length === 0 ? allRejected(this.rejected) : undefined;
  }

  /**
   * Takes the reply to the oldest command.
   * @throws FairleadError `protocol` for one that fits no command.
   */
  receive(reply: Reply): void {
    const step = this.#sent.shift();
    if (step === undefined || (reply.code >= 300 && reply.code < 400 && step.kind !== 'data')) {
      throw protocolError(`${reply.code} came, which answers nothing`);
    }
    const taken = reply.code < 300;
    switch (step.kind) {
      case 'reset':
        if (!taken) throw refusal('RSET', reply);
        break;
      case 'mail':
        if (!taken) this.#giveUp(refusal('the sender', reply));
        break;
      case 'rcpt':
        this.#recipient(step.address, taken, reply);
        break;
      case 'data':
        this.#data(taken, reply);
    }
  }

  /** The result, from the reply to the body's end. @throws FairleadError `server`, `protocol`. */
  finish(reply: Reply): SendResult {
    if (reply.code >= 400) throw this.failure ?? refusal('the message', reply);
    if (reply.code >= 300) throw protocolError(`the message was answered with ${reply.code}`);
    if (this.#refusal !== undefined && this.accepted.length > 0) {
      throw protocolError('the message was taken though its sender was refused');
    }
    if (this.failure !== undefined) throw this.failure;
    const { accepted, rejected } = this;
    return { accepted, rejected, response: `${reply.code} ${reply.lines.join(' ')}`.trim() };
  }

  #recipient(address: string, taken: boolean, reply: Reply): void {
    if (taken) this.accepted.push(address);
    else {
      const { code, enhanced } = reply;
      this.rejected.push({ address, code, enhanced, message: textOf(reply) });
    }
    // Without pipelining there is still time to leave DATA out.
    if (this.#unsent[0]?.kind === 'data' && this.accepted.length === 0) this.#unsent.length = 0;
  }

  #data(taken: boolean, reply: Reply): void {
    if (taken) throw protocolError(`DATA was answered with ${reply.code}, before any data`);
    this.dataOpen = reply.code === 354;
    if (reply.code < 400 && !this.dataOpen) throw protocolError(`DATA was answered with ${reply.code}`);
    if (!this.dataOpen) this.#refusal ??= this.accepted.length === 0 ? undefined : refusal('DATA', reply);
  }

  #giveUp(reason: FairleadError): void {
    this.#refusal = reason;
    this.#unsent.length = 0;
  }
}
