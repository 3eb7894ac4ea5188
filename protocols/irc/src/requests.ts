// Commands whose replies are awaited: by label (labeled-response), or else by everything that comes before the answer
// to a PING sent behind the command. It sends nothing.
import type { FairleadError } from '@fairlead/errors';
import { limitError, refusal, sameFailure } from './errors.ts';
import type { IrcEvent, Message } from './messages.ts';
import type { Parcel } from './outbox.ts';

/** One awaited command. */
export interface Request extends Parcel {
  /** The label, or the PING's token. */
  readonly token: string;
  readonly labeled: boolean;
  /** When it must be answered, in milliseconds of the session's clock. */
  readonly deadline: number;
  readonly settle: (outcome: FairleadError | Answer) => void;
  /** Given up by its caller; without labels its place is kept until its PING is answered. */
  gone: boolean;
  readonly answer: { readonly messages: Message[]; readonly events: IrcEvent[] };
}

/** What came as the answer to a command. */
export interface Answer {
  readonly messages: readonly Message[];
  /** The events that were made of it; a batch is one. */
  readonly events: readonly IrcEvent[];
}

/** Whether a message says that a command was refused: ERR numerics, but for the lack of an MOTD, and FAIL. */
function isRefusal({ command }: Message): boolean {
  return /^([45]\d\d|69[16]|723|90[24567]|FAIL)$/.test(command) && command !== '422';
}

/** The awaited commands of one connection. */
export class Requests {
  readonly #maxMessages: number;
  readonly #open: Map<string, Request> = new Map();
  #count = 0;

  /** @param maxMessages How many messages one answer may have. */
  constructor(maxMessages: number) {
    this.#maxMessages = maxMessages;
  }

  /** A label, or the token of a PING, for the next request. */
  token(): string {
    return `f${++this.#count}`;
  }

  /** Takes a request whose command is queued. */
  add(request: Request): void {
    this.#open.set(request.token, request);
  }

  /** The request that a label belongs to. */
  byLabel(label = ''): Request | undefined {
    const request = this.#open.get(label);
    return request?.labeled ? request : undefined;
  }

  /** The request that an unlabeled reply may belong to: the oldest without a label, if it was sent. */
  current(): Request | undefined {
    for (const request of this.#open.values()) {
      if (!request.labeled) return request.sent ? request : undefined;
    }
    return undefined;
  }

  /** Takes a part of the answer. @throws FairleadError `limit`. */
  collect(request: Request, message: Message): void {
    if (request.answer.messages.push(message) > this.#maxMessages) {
      throw limitError('maxReplyMessages', this.#maxMessages);
    }
  }

  /** Takes the answer to a PING. @returns Whether it was one of a request. */
  pong(token: string): boolean {
    const request = this.current();
    if (request?.token !== token) return false;
    this.finish(request);
    return true;
  }

  /** The answer is whole. */
  finish(request: Request): void {
    this.#open.delete(request.token);
    if (request.gone) return;
    const refused = request.answer.messages.find(isRefusal);
    request.settle(refused === undefined ? request.answer : refusal(refused));
  }

  /** Its caller waits no longer. */
  giveUp(request: Request, reason: FairleadError): void {
    if (request.gone) return;
    request.gone = true;
    // What was sent without a label will be answered, and that must not be taken for the next one's answer.
    if (request.labeled || !request.sent) this.#open.delete(request.token);
    request.settle(reason);
  }

  /** Those whose callers wait. */
  waiting(): Request[] {
    return [...this.#open.values()].filter(({ gone }) => !gone);
  }

  /** The connection has ended. */
  fail(cause: FairleadError): void {
    for (const request of this.waiting()) this.giveUp(request, sameFailure(cause, !request.sent));
  }
}
