// Commands whose replies are awaited: by label (labeled-response), or else by everything that comes before the answer
// to a PING sent behind the command. It sends nothing.
import type { FairleadError } from '@fairlead/errors';
import { limitError, refusal, sameFailure } from '../errors.ts';
import type { IrcEvent, Message, Tags } from '../types.ts';
import { isErrorReply } from './error-replies.ts';
import type { QueuedLines } from './send-queue.ts';

/** One awaited command. */
export interface PendingRequest extends QueuedLines {
  /** The label, or the token of the PING behind the command. */
  readonly token: string;
  /** The token of a PING before the command, until it is answered: what comes till then belongs to earlier commands. */
  fence: string | undefined;
  lines: readonly string[];
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

/** The awaited commands of one connection. */
export class PendingRequests {
  readonly #maxMessages: number;
  readonly #open: Map<string, PendingRequest> = new Map();
  /** A command whose answer nobody awaits was queued last. */
  isUnfenced = false;
  #count = 0;

  /** @param maxMessages How many messages one answer may have. */
  constructor(maxMessages: number) {
    this.#maxMessages = maxMessages;
  }

  /** A label, or the token of a PING, for the next request. */
  token(): string {
    return `f${++this.#count}`;
  }

  /**
   * A request that is not queued yet.
   * @param format Makes the command's line, with tags of the session's own.
   * @throws FairleadError what `format` throws.
   */
  create(
    format: (own: Tags) => string,
    labeled: boolean,
    deadline: number,
    settle: PendingRequest['settle'],
  ): PendingRequest {
    const token = this.token();
    const line = format(labeled ? { label: token } : {});
    const framed = labeled ? { lines: [line], fence: undefined } : this.#frame(line, token);
    return {
      token,
      labeled,
      ...framed,
      deadline,
      settle,
      sent: false,
      gone: false,
      answer: { messages: [], events: [] },
    };
  }

  /**
   * Frames a command without a label: the answer to the PING behind it ends its own answer. Behind commands whose answers
   * nobody awaits there is one before it too.
   */
  #frame(line: string, token: string): Pick<PendingRequest, 'lines' | 'fence'> {
    if (!this.isUnfenced) return { lines: [line, `PING ${token}`], fence: undefined };
    const fence = this.token();
    return { lines: [`PING ${fence}`, line, `PING ${token}`], fence };
  }

  /** Takes a request whose command is queued. */
  add(request: PendingRequest): void {
    if (request.fence !== undefined) this.isUnfenced = false;
    this.#open.set(request.token, request);
  }

  /** The request that a label belongs to. */
  byLabel(label = ''): PendingRequest | undefined {
    const request = this.#open.get(label);
    return request?.labeled ? request : undefined;
  }

  /** The request that an unlabeled reply may belong to: the oldest without a label, if replies to it may come by now. */
  current(): PendingRequest | undefined {
    const request = this.#oldest();
    return request?.sent && request.fence === undefined ? request : undefined;
  }

  #oldest(): PendingRequest | undefined {
    for (const request of this.#open.values()) if (!request.labeled) return request;
    return undefined;
  }

  /** Takes a part of the answer. @throws FairleadError `limit`. */
  collect(request: PendingRequest, message: Message): void {
    if (request.answer.messages.push(message) > this.#maxMessages) {
      throw limitError('maxReplyMessages', this.#maxMessages);
    }
  }

  /** Takes the answer to a PING. @returns Whether it was one of a request. */
  pong(token: string): boolean {
    const request = this.#oldest();
    if (request === undefined || !request.sent) return false;
    if (request.fence === token) request.fence = undefined;
    else if (request.fence === undefined && request.token === token) this.finish(request);
    else return false;
    return true;
  }

  /** The answer is whole. */
  finish(request: PendingRequest): void {
    this.#open.delete(request.token);
    if (request.gone) return;
    const refused = request.answer.messages.find(isErrorReply);
    request.settle(refused === undefined ? request.answer : refusal(refused));
  }

  /** Its caller waits no longer. */
  giveUp(request: PendingRequest, reason: FairleadError): void {
    if (request.gone) return;
    request.gone = true;
    if (!request.sent) this.#handOn(request);
    // What was sent without a label will be answered, and that must not be taken for the next one's answer.
    if (request.labeled || !request.sent) this.#open.delete(request.token);
    request.settle(reason);
  }

  /** The next command needs the PING that stood before this one, which does not leave any more. */
  #handOn({ token, fence }: PendingRequest): void {
    if (fence === undefined) return;
    const unlabeled = [...this.#open.values()].filter(({ labeled }) => !labeled);
    const next = unlabeled[unlabeled.findIndex((one) => one.token === token) + 1];
    if (next === undefined) this.isUnfenced = true;
    else if (next.fence === undefined) {
      next.fence = fence;
      next.lines = [`PING ${fence}`, ...next.lines];
    }
  }

  /** Those whose callers wait. */
  waiting(): PendingRequest[] {
    return [...this.#open.values()].filter(({ gone }) => !gone);
  }

  /** The connection has ended. */
  fail(cause: FairleadError): void {
    for (const request of this.waiting()) this.giveUp(request, sameFailure(cause, !request.sent));
  }
}
