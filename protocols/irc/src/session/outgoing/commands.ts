// The commands of one session: formats them, queues them for their turn, and keeps those whose answers are awaited. It
// writes nothing, and the time is an argument.
import { FairleadError, usage } from '@fairlead/errors';
import type { Tags } from '../../types.ts';
import { checkObject } from '../../wire/argument-checks.ts';
import { formatMessage, MAX_LINE_BYTES, type MessageDraft } from '../../wire/encode.ts';
import type { Isupport } from '../channels/isupport.ts';
import type { Capabilities } from '../registration/capabilities.ts';
import type { SessionOptions } from '../session-options.ts';
import { type Answer, type PendingRequest, PendingRequests } from './pending-requests.ts';
import { SendQueue } from './send-queue.ts';

/** The outgoing side of a session. */
export class Commands {
  readonly requests: PendingRequests;
  readonly queue: SendQueue;
  readonly #isupport: Isupport;
  readonly #capabilities: () => Capabilities;
  readonly #onQueued: (draft: MessageDraft) => void;

  /**
   * @param capabilities Which capabilities are enabled by now.
   * @param onQueued Called for each command that was queued.
   */
  constructor(
    options: SessionOptions,
    isupport: Isupport,
    capabilities: () => Capabilities,
    onQueued: (draft: MessageDraft) => void,
  ) {
    this.requests = new PendingRequests(options.maxReplyMessages ?? 10_000);
    this.queue = new SendQueue(options.flood ?? {}, options.maxQueuedMessages ?? 1000);
    this.#isupport = isupport;
    this.#capabilities = capabilities;
    this.#onQueued = onQueued;
  }

  /** Bytes of the longest line, its CR LF included and its tags not. */
  get lineBytes(): number {
    return Math.max(MAX_LINE_BYTES, this.#isupport.number('LINELEN', MAX_LINE_BYTES));
  }

  /**
   * Queues a command whose answer is not awaited.
   * @throws FairleadError `usage`, `limit`.
   */
  send(draft: MessageDraft): void {
    this.queue.push({ lines: [this.#format(draft)], sent: false });
    this.requests.isUnfenced = true;
    this.#onQueued(draft);
  }

  /**
   * Queues a command whose answer is awaited.
   * @param deadline When it is given up. The wait for its turn is added.
   * @returns A function that gives it up.
   * @throws FairleadError `usage`, `limit`: then `settle` is not called.
   */
  request(
    draft: MessageDraft,
    deadline: number,
    settle: (outcome: FairleadError | Answer) => void,
  ): (reason: (unsent: boolean) => FairleadError) => void {
    const capabilities = this.#capabilities();
    const labeled = capabilities.has('labeled-response') && capabilities.has('batch');
    const format = (own: Tags): string => this.#format(draft, own);
    const request = this.requests.create(format, labeled, deadline + this.queue.delayMs(), settle);
    this.queue.push(request);
    this.requests.add(request);
    this.#onQueued(draft);
    return (reason) => this.#giveUp(request, reason(!request.sent));
  }

  /** Gives up the commands whose time is over. */
  expire(now: number): void {
    for (const request of this.requests.waiting()) {
      if (request.deadline > now) continue;
      const safeToRetry = !request.sent;
      const reason = new FairleadError('timeout', 'The command took longer than timeoutMs', { safeToRetry });
      this.#giveUp(request, reason);
    }
  }

  /** When `expire` must be called, or the queue lets a line out. @param mayWrite Whether lines may be written. */
  wakeAt(mayWrite: boolean): number {
    let at = mayWrite ? this.queue.readyAt() : Number.POSITIVE_INFINITY;
    for (const { deadline } of this.requests.waiting()) at = Math.min(at, deadline);
    return at;
  }

  #giveUp(request: PendingRequest, reason: FairleadError): void {
    this.queue.remove(request);
    this.requests.giveUp(request, reason);
  }

  #format(draft: MessageDraft, own?: Tags): string {
    // The session's own label goes before the caller's, or the answer would never be found.
    const tags =
      draft.tags === undefined ? { ...own } : { ...own, ...checkObject(draft.tags, 'The tags'), ...own };
    const hasTags = Object.keys(tags).some((name) => name !== 'label');
    if (hasTags && !this.#capabilities().has('message-tags')) {
      throw usage('The server takes no tags (message-tags)');
    }
    return formatMessage({ ...draft, tags }, this.lineBytes);
  }
}
