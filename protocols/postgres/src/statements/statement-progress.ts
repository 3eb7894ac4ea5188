// How far a statement is: its state, the replies that are due, and the parts of its request. It is the only one to change
// them, by the table of session/states.ts.
import type { FairleadError } from '@fairlead/errors';
import { malformed } from '../errors.ts';
import {
  type Move,
  replyMove,
  STATEMENT_MOVES,
  type StatementAction,
  type StatementState,
} from '../session/states.ts';
import type { Field } from '../wire/messages.ts';
import type { Prepared, Way } from './prepared.ts';
import type { Request, Sink } from './request.ts';

const NONE: readonly never[] = [];

/** A prepared statement, and how a part of a request uses it. */
export type Use = readonly [prepared: Prepared | undefined, way: Way | undefined];

/** The progress of one statement. */
export abstract class StatementProgress {
  readonly request: Request;
  readonly sink: Sink;
  #state: StatementState = 'queued';
  /** The replies that are due, as states, and which of them is due next. */
  #due: readonly StatementState[] = NONE;
  #at = 0;
  #owesSync = false;
  #sent = false;
  /** The columns of the current result. */
  #fields: readonly Field[] | undefined;
  #prepared: Prepared | undefined;
  #way: Way | undefined;
  #following: readonly Use[] = NONE;
  /** How many of the parts that follow have begun. */
  #part = 0;
  #tag: string | undefined;
  #error: FairleadError | undefined;
  #isStale = false;
  #outdated: Prepared | undefined;

  constructor(request: Request, sink: Sink) {
    this.request = request;
    this.sink = sink;
  }

  /** Whether the caller takes the result. */
  abstract get wanted(): boolean;

  get state(): StatementState {
    return this.#state;
  }

  /** Whether its messages were written, at some time. */
  get sent(): boolean {
    return this.#sent;
  }

  /** Whether it has ended. */
  get over(): boolean {
    return this.#state === 'ended';
  }

  /** Whether its portal waits for the next Execute. */
  get suspended(): boolean {
    return this.#state === 'suspended';
  }

  /** Whether its messages end without a Sync so far. */
  get owesSync(): boolean {
    return this.#owesSync;
  }

  /** The prepared statement of the current part, if the part may be prepared. */
  get prepared(): Prepared | undefined {
    return this.#prepared;
  }

  /** How the current part uses it. */
  get way(): Way | undefined {
    return this.#way;
  }

  /** The same of a batch's statements behind the first one. */
  get following(): readonly Use[] {
    return this.#following;
  }

  /** The last command tag: the server has done it, whether the caller still wants to know or not. */
  get tag(): string | undefined {
    return this.#tag;
  }

  /** The server's error. */
  get error(): FairleadError | undefined {
    return this.#error;
  }

  /** Whether the server has refused the prepared statement because it is out of date; nothing was run. */
  get isStale(): boolean {
    return this.#isStale;
  }

  /** The prepared statement that was refused, once the statement was queued again without it. That is done once. */
  get outdated(): Prepared | undefined {
    return this.#outdated;
  }

  // What this side does.

  /** Sets the prepared statements of its parts. */
  use(prepared: Prepared | undefined, way: Way | undefined, following: readonly Use[] = NONE): void {
    this.#prepared = prepared;
    this.#way = way;
    this.#following = following;
  }

  /**
   * Its messages were written.
   * @param due The replies that are due, as states.
   * @param owesSync Whether a Sync is still to be written.
   */
  send(due: readonly StatementState[], owesSync = false): void {
    this.#due = due;
    this.#at = -1;
    this.#owesSync = owesSync;
    this.act('send');
    this.#sent = true;
  }

  /** Another Execute was written. */
  fetch(): void {
    this.act('fetch');
  }

  /** Sync was written: for the suspended portal, or because the statement has failed or has had all other replies. */
  sync(): void {
    this.#owesSync = false;
    if (this.#state === 'suspended') this.act('sync');
  }

  /** Puts it back into the queue, without the prepared statement that was refused. */
  requeue(outdated: Prepared): void {
    this.act('requeue');
    this.#error = this.#fields = undefined;
    this.use(undefined, undefined);
    this.#part = 0;
    this.#isStale = false;
    this.#outdated = outdated;
  }

  /** Makes the move of an action. @throws Error for an illegal one, which is a fault of this package. */
  protected act(action: StatementAction): void {
    const move = STATEMENT_MOVES[this.#state][action];
    if (move === undefined) throw new Error(`A statement cannot ${action} while it is ${this.#state}.`);
    this.#make(move);
  }

  #make(move: Move): void {
    if (move === 'next') this.#at += 1;
    if (move === 'next' || move === 'back') this.#state = this.#due[this.#at] ?? 'syncing';
    else if (move !== 'refuse') this.#state = move;
  }

  // What the server does.

  /**
   * Takes a reply of this type byte.
   * @returns The move that it is, which has been made; `undefined` for a reply that is out of turn. ReadyForQuery makes no
   *   move by itself: the statement ends, or is sent once more.
   */
  receive(type: number): Move | undefined {
    const move = replyMove(this.#state, type);
    if (move !== undefined && move !== 'ended') this.#make(move);
    return move;
  }

  /** The columns of the result that follows. */
  describe(fields: readonly Field[]): void {
    this.#fields = fields;
  }

  /** The first row has come. @throws FairleadError `protocol` when the columns are not known. */
  beginRows(): void {
    this.#fields ??= this.#prepared?.fields;
    if (this.#fields === undefined) throw malformed('rows without a description');
    this.sink.begin(this.#fields);
  }

  /** A statement of the request has ended with this command tag. @returns What the sink has thrown. */
  complete(tag: string): unknown {
    this.#tag = tag;
    this.#fields ??= this.#prepared?.fields;
    let thrown: unknown;
    try {
      if (this.wanted) this.sink.tag(tag, this.#fields);
    } catch (error) {
      thrown = error;
    }
    if (this.request.simple) this.#fields = undefined;
    else if (this.request.more.length > 0) this.#nextPart();
    return thrown;
  }

  /** The server has refused it. @param isStale See `isStale`. */
  fail(error: FairleadError, isStale: boolean): void {
    this.#isStale = isStale;
    this.#error ??= error;
  }

  #nextPart(): void {
    this.#fields = undefined;
    const use = this.#following[this.#part];
    this.#part += 1;
    this.#prepared = use?.[0];
    this.#way = use?.[1];
  }
}
