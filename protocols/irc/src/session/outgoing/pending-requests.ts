// Commands whose answers are awaited. The answer is what carries the command's label (IRCv3 labeled-response), or without
// labels what comes before the answer to a PING that is sent behind the command. It sends nothing.
import type { FairleadError } from '@fairlead/errors';
import { limitError, refusal, sameFailure } from '../../errors.ts';
import type { IrcEvent, Message, Tags } from '../../types.ts';
import { isErrorReply } from './error-replies.ts';
import type { QueuedLines } from './send-queue.ts';

/** One command whose answer is awaited. */
export interface PendingRequest extends QueuedLines {
  /** The label, or the token of the PING behind the command. */
  readonly token: string;
  /** The token of the PING before the command, until it is answered: messages before that belong to earlier commands. */
  fence: string | undefined;
  lines: readonly string[];
  readonly labeled: boolean;
  /** When it must be answered, in milliseconds of the session's clock. */
  readonly deadline: number;
  readonly settle: (outcome: FairleadError | Answer) => void;
  /** Whether its caller has given it up. Without labels it keeps its place until its PING is answered. */
  gone: boolean;
  readonly answer: { readonly messages: Message[]; readonly events: IrcEvent[] };
}

/** The answer to a command. */
export interface Answer {
  /** All messages of the answer. */
  readonly messages: readonly Message[];
  /** The events of these messages. A batch is one event. */
  readonly events: readonly IrcEvent[];
}

/** The commands of one connection whose answers are awaited. */
export class PendingRequests {
  readonly #maxMessages: number;
  readonly #open: Map<string, PendingRequest> = new Map();
  /** Whether the last queued command is one whose answer is not awaited: its replies must not be taken for the next answer. */
  isUnfenced = false;
  #count = 0;

  /** @param maxMessages The limit of messages in one answer. */
  constructor(maxMessages: number) {
    this.#maxMessages = maxMessages;
  }

  /** A new label, or token of a PING. */
  token(): string {
    return `f${++this.#count}`;
  }

  /**
   * Makes a request, which is not queued yet.
   * @param format Formats the command, with these tags of the session.
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
   * Frames a command without a label: the answer to the PING behind it ends the command's answer. A PING before it ends the
   * replies to commands whose answers are not awaited.
   */
  #frame(line: string, token: string): Pick<PendingRequest, 'lines' | 'fence'> {
    if (!this.isUnfenced) return { lines: [line, `PING ${token}`], fence: undefined };
    const fence = this.token();
    return { lines: [`PING ${fence}`, line, `PING ${token}`], fence };
  }

  /** Adds a request whose command is queued. */
  add(request: PendingRequest): void {
    if (request.fence !== undefined) this.isUnfenced = false;
    this.#open.set(request.token, request);
  }

  /** The request with a label. */
  byLabel(label = ''): PendingRequest | undefined {
    const request = this.#open.get(label);
    return request?.labeled ? request : undefined;
  }

  /** The request that an unlabeled reply belongs to: the oldest without a label, once it was sent and its fence answered. */
  current(): PendingRequest | undefined {
    const request = this.#oldest();
    return request?.sent && request.fence === undefined ? request : undefined;
  }

  #oldest(): PendingRequest | undefined {
    for (const request of this.#open.values()) if (!request.labeled) return request;
    return undefined;
  }

  /** Adds a message to an answer. @throws FairleadError `limit`. */
  collect(request: PendingRequest, message: Message): void {
    if (request.answer.messages.push(message) > this.#maxMessages) {
      throw limitError('maxReplyMessages', this.#maxMessages);
    }
  }

  /** Takes the token of a PONG. @returns Whether the PING belonged to a request. */
  pong(token: string): boolean {
    const request = this.#oldest();
    if (request === undefined || !request.sent) return false;
    if (request.fence === token) request.fence = undefined;
    else if (request.fence === undefined && request.token === token) this.finish(request);
    else return false;
    return true;
  }

  /** Settles a request whose answer is complete. */
  finish(request: PendingRequest): void {
    this.#open.delete(request.token);
    if (request.gone) return;
    const refused = request.answer.messages.find(isErrorReply);
    request.settle(refused === undefined ? request.answer : refusal(refused));
  }

  /** Settles a request with an error before its answer is complete. */
  giveUp(request: PendingRequest, reason: FairleadError): void {
    if (request.gone) return;
    request.gone = true;
    if (!request.sent) this.#handFenceOn(request);
    // A command that was sent without a label will be answered, and its answer must not be taken for the next one's.
    if (request.labeled || !request.sent) this.#open.delete(request.token);
    request.settle(reason);
  }

  /** Hands the PING before a command that will not be sent on to the next command. */
  #handFenceOn({ token, fence }: PendingRequest): void {
    if (fence === undefined) return;
    const unlabeled = [...this.#open.values()].filter(({ labeled }) => !labeled);
    const next = unlabeled[unlabeled.findIndex((one) => one.token === token) + 1];
    if (next === undefined) this.isUnfenced = true;
    else if (next.fence === undefined) {
      next.fence = fence;
      next.lines = [`PING ${fence}`, ...next.lines];
    }
  }

  /** The requests whose callers wait. */
  waiting(): PendingRequest[] {
    return [...this.#open.values()].filter(({ gone }) => !gone);
  }

  /** Rejects all requests: the connection has ended. */
  fail(cause: FairleadError): void {
    for (const request of this.waiting()) this.giveUp(request, sameFailure(cause, !request.sent));
  }
}
