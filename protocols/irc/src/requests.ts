// Commands whose replies are awaited: by label (labeled-response), or else by everything that comes before the answer
// to a PING sent behind the command. It sends nothing.
import type { FairleadError } from '@fairlead/errors';
import { limitError, refusal, sameFailure } from './errors.ts';
import type { IrcEvent, Message } from './messages.ts';

/** One awaited command. */
export interface Request {
  /** The label, or the PING's token. */
  readonly token: string;
  readonly labeled: boolean;
  /** When it must be answered, in milliseconds of the session's clock. */
  readonly deadline: number;
  readonly settle: (outcome: FairleadError | Answer) => void;
  sent: boolean;
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
  readonly #labeled: Map<string, Request> = new Map();
  /** Without labels, in the order in which they are answered. */
  #ordered: Request[] = [];
  #count = 0;

  /** @param maxMessages How many messages one answer may have. */
  constructor(maxMessages: number) {
    this.#maxMessages = maxMessages;
  }

  /** A request that `settle` hears of. Add it when its command is queued. */
  create(labeled: boolean, deadline: number, settle: Request['settle']): Request {
    const answer = { messages: [], events: [] };
    const request = {
      token: `f${++this.#count}`,
      labeled,
      deadline,
      settle,
      sent: false,
      gone: false,
      answer,
    };
    if (labeled) this.#labeled.set(request.token, request);
    else this.#ordered.push(request);
    return request;
  }

  /** The request that a label belongs to. */
  byLabel(label: string | undefined): Request | undefined {
    return label === undefined ? undefined : this.#labeled.get(label);
  }

  /** The request that an unlabeled reply may belong to: the oldest that was sent. */
  current(): Request | undefined {
    const first = this.#ordered[0];
    return first?.sent ? first : undefined;
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
    if (request === undefined || request.token !== token) return false;
    this.finish(request);
    return true;
  }

  /** The answer is whole. */
  finish(request: Request): void {
    this.#forget(request);
    if (request.gone) return;
    const refused = request.answer.messages.find(isRefusal);
    request.settle(refused === undefined ? request.answer : refusal(refused));
  }

  /** Its caller waits no longer. */
  giveUp(request: Request, reason: FairleadError): void {
    if (request.gone) return;
    request.gone = true;
    // What was sent without a label will be answered, and that must not be taken for the next one's answer.
    if (request.labeled || !request.sent) this.#forget(request);
    request.settle(reason);
  }

  /** It was not queued after all. */
  drop(request: Request): void {
    this.#forget(request);
  }

  *waiting(): Iterable<Request> {
    for (const request of this.#labeled.values()) yield request;
    for (const request of this.#ordered) if (!request.gone) yield request;
  }

  /** The connection has ended. */
  fail(cause: FairleadError): void {
    for (const request of [...this.waiting()]) {
      this.giveUp(request, sameFailure(cause, !request.sent));
    }
  }

  #forget(request: Request): void {
    if (request.labeled) this.#labeled.delete(request.token);
    else this.#ordered = this.#ordered.filter((other) => other !== request);
  }
}
