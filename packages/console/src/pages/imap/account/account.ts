// One tab's mail account: the mailboxes, the messages of one of them, and the message that is open. All requests of the page but
// those for parts of a message start here.
import {
  FairleadProblem,
  type Input,
  imapDelete,
  imapFlags,
  imapList,
  imapMessages,
  imapMove,
  imapSearch,
} from '@fairlead/sdk';
import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { draft } from '../../../app/tabs/tab.ts';
import { Work } from '../../../browser/async.ts';
import { may } from '../../../session/access.ts';
import type { PageProps } from '../../contract.ts';
import type { Mailbox } from '../mailboxes/tree.ts';
import { type Criteria, criteriaOf, type SearchText } from '../messages/criteria.ts';
import { type Message, withFlag } from '../messages/summary.ts';
import {
  type Listing,
  neighbourOf,
  type Page,
  withChange,
  withFirstPage,
  withMail,
  without,
  withPage,
} from './listing.ts';

const NO_SEARCH: SearchText = {
  words: '',
  place: 'text',
  since: '',
  before: '',
  isUnseen: false,
  isFlagged: false,
};
/** Messages of one page. */
const PAGE = 100;
const ITEMS = 'flags,envelope,structure,size,internalDate';

/** The account of a tab. */
export class Account {
  readonly listing: Work = new Work();
  readonly reading: Work = new Work();
  readonly changing: Work = new Work();
  readonly caller: PageProps['caller'];
  /** Whether the token may change anything. */
  readonly mayWrite: boolean;
  /** The mailbox that is looked at. */
  readonly mailbox: Signal<string>;
  /** What is typed in the search. */
  readonly search: Signal<SearchText>;
  /** What is searched for. */
  readonly criteria: Signal<Criteria>;
  /** Of the open message; 0 where none is. */
  readonly uid: Signal<number>;
  /** Settles when the last change has come to its end. */
  #turn: Promise<unknown> = Promise.resolve();
  /** How many changes have come to their end. */
  #changes = 0;
  readonly #mailboxes = signal<readonly Mailbox[] | undefined>(undefined);
  readonly #messages = signal<Listing | undefined>(undefined);

  constructor({ tab, caller, connection }: PageProps) {
    this.caller = caller;
    this.mayWrite = connection !== undefined && may(connection, 'imap', 'write');
    this.mailbox = draft(tab, 'mailbox', 'INBOX');
    this.search = draft(tab, 'search', NO_SEARCH);
    this.search.value = { ...NO_SEARCH, ...this.search.peek() };
    this.criteria = draft<Criteria>(tab, 'criteria', {});
    this.uid = draft(tab, 'uid', 0);
  }

  /** Undefined until they are known. */
  get mailboxes(): ReadonlySignal<readonly Mailbox[] | undefined> {
    return this.#mailboxes;
  }

  /** Of the mailbox that is looked at; undefined until it is known. */
  get messages(): ReadonlySignal<Listing | undefined> {
    return this.#messages;
  }

  get isSearching(): boolean {
    return Object.keys(this.criteria.value).length > 0;
  }

  async loadMailboxes(): Promise<void> {
    const found = await this.listing.run((abort) => this.caller.run('imapList', imapList, { signal: abort }));
    if (found !== undefined) this.#mailboxes.value = found.mailboxes;
  }

  choose(name: string): Promise<void> {
    this.mailbox.value = name;
    this.search.value = NO_SEARCH;
    this.criteria.value = {};
    this.uid.value = 0;
    return this.load();
  }

  /** Takes on what is typed in the search. */
  startSearch(): Promise<void> {
    this.criteria.value = criteriaOf(this.search.peek());
    this.uid.value = 0;
    return this.load();
  }

  endSearch(): Promise<void> {
    this.search.value = NO_SEARCH;
    return this.startSearch();
  }

  /** Reads the mailbox from its newest message on. @param isQuiet What is known stays until then. */
  async load(isQuiet = false): Promise<void> {
    if (!isQuiet) this.#messages.value = undefined;
    const changes = this.#changes;
    const page = await this.reading.run((abort) => this.#page(abort, undefined));
    const known = this.#messages.peek();
    if (page !== undefined)
      this.#messages.value = known === undefined ? withPage(undefined, page) : withFirstPage(known, page);
    // What was changed meanwhile may not be in it yet.
    if (page !== undefined && changes !== this.#changes) await this.load(true);
  }

  /** Reads the next page. */
  async more(): Promise<void> {
    const known = this.#messages.peek();
    if (known?.next === undefined || this.reading.state.peek() === 'running') return;
    const page = await this.reading.run((abort) => this.#page(abort, known));
    if (page !== undefined) this.#messages.value = withPage(this.#messages.peek(), page);
  }

  /** Takes on mail that has just come. A search does not show it: nobody knows whether it meets it. */
  addMail(message: Message): void {
    const known = this.#messages.peek();
    if (known?.uidValidity === message.uidValidity && !this.isSearching)
      this.#messages.value = withMail(known, message);
  }

  /** Reads one message with its structure, where the listing lacks it. */
  async complete(uid: number): Promise<void> {
    const known = this.#messages.peek();
    if (known === undefined || known.messages.get(uid)?.structure !== undefined) return;
    const mailbox = this.mailbox.peek();
    const query = {
      mailbox,
      uid: `${uid}`,
      uidValidity: known.uidValidity,
      items: ITEMS,
    };
    const found = await this.#inTurn((signal) =>
      this.caller.run('imapMessages', imapMessages, { query, signal }),
    );
    const message = found?.messages[0];
    const now = this.#messages.peek();
    if (now === undefined || message === undefined || !this.#isStill(mailbox, known.uidValidity)) return;
    this.#messages.value = { ...now, messages: new Map(now.messages).set(uid, message) };
  }

  setFlag(uid: number, flag: string, isOn: boolean): Promise<boolean> {
    const change = { [isOn ? 'add' : 'remove']: [flag] };
    return this.#change(
      uid,
      (of, abort) => this.caller.run('imapFlags', imapFlags, { body: { ...of, ...change }, signal: abort }),
      (known) => {
        this.#messages.value = withChange(known, uid, (message) => withFlag(message, flag, isOn));
      },
    );
  }

  move(uid: number, to: string, isCopy: boolean): Promise<boolean> {
    return this.#change(
      uid,
      (of, abort) =>
        this.caller.run('imapMove', imapMove, { body: { ...of, to, copy: isCopy }, signal: abort }),
      (known) => {
        if (!isCopy) this.#lose(known, uid);
      },
    );
  }

  delete(uid: number, permanently: boolean): Promise<boolean> {
    return this.#change(
      uid,
      (of, abort) =>
        this.caller.run('imapDelete', imapDelete, { body: { ...of, permanently }, signal: abort }),
      (known) => this.#lose(known, uid),
    );
  }

  async #page(signal: AbortSignal, known: Listing | undefined): Promise<Page> {
    const mailbox = this.mailbox.peek();
    const of = known === undefined ? {} : { uidValidity: known.uidValidity, before: known.next };
    const body = {
      mailbox,
      criteria: this.criteria.peek(),
      limit: PAGE,
      ...of,
    } as Input<'imapSearch'>['body'];
    const found = await this.caller.run('imapSearch', imapSearch, { body, signal });
    const { uidValidity, uids } = found;
    if (uids.length === 0) return { ...found, messages: [], next: found.next };
    const query = { mailbox, uid: uids.join(','), uidValidity, items: ITEMS };
    const { messages } = await this.caller.run('imapMessages', imapMessages, { query, signal });
    return { ...found, messages, next: found.next };
  }

  /**
   * @param show Shows what was done in the listing; not called where another mailbox is looked at by then.
   * @returns Whether it was done.
   */
  async #change(
    uid: number,
    change: (
      of: { mailbox: string; uidValidity: number; uids: number },
      signal: AbortSignal,
    ) => Promise<object>,
    show: (known: Listing) => void,
  ): Promise<boolean> {
    const known = this.#messages.peek();
    if (known === undefined) return false;
    const of = { mailbox: this.mailbox.peek(), uidValidity: known.uidValidity, uids: uid };
    const done = await this.#inTurn((signal) => change(of, signal));
    this.#changes += 1;
    if (done === undefined) return false;
    void this.loadMailboxes();
    const now = this.#messages.peek();
    if (now !== undefined && this.#isStill(of.mailbox, of.uidValidity)) show(now);
    return true;
  }

  /** Whether a UID means the same message as before: each mailbox counts its own, and several may have the same UIDVALIDITY. */
  #isStill(mailbox: string, uidValidity: number): boolean {
    return this.mailbox.peek() === mailbox && this.#messages.peek()?.uidValidity === uidValidity;
  }

  /** One after the other: a second one would end the first. */
  #inTurn<T>(job: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    const turn = this.#turn.then(() => this.changing.run(job));
    this.#turn = turn;
    return turn;
  }

  #lose(known: Listing, uid: number): void {
    if (this.uid.peek() === uid) this.uid.value = neighbourOf(known, uid) ?? 0;
    this.#messages.value = without(known, uid);
  }
}

/** Whether a failure says that the mailbox was made anew: its UIDs mean other messages now. */
export function isMadeAnew(error: unknown): boolean {
  return error instanceof FairleadProblem && error.status === 409;
}
