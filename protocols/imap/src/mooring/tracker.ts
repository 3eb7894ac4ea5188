// Follows the commands of a pooled connection: which answers are owed, and whether a mailbox is selected. A connection on which
// anything came that does not fit is never idle again, so the pool ends it.
import type { AnswerTracker } from '@fairlead/mooring';
import { protocolError } from '../wire/errors.ts';
import { Commands } from './lines/commands.ts';
import { Responses } from './lines/responses.ts';

/** What changes the connection for whoever comes next, and is the pool's own. */
const FORBIDDEN =
  /^(?:LOGIN|AUTHENTICATE|UNAUTHENTICATE|STARTTLS|LOGOUT|COMPRESS|ENABLE|NOTIFY|LANGUAGE|COMPARATOR|SETACL)$/;
const TAGGED = /^([A-Za-z0-9]{1,40}) (OK|NO|BAD)(?:[ \r]|$)/i;

/** One connection's answers. */
export class ImapTracker implements AnswerTracker {
  readonly #canUnselect: boolean;
  readonly #commands = new Commands((tag, name) => this.#ask(tag, name));
  readonly #responses = new Responses((head) => this.#take(head));
  /** Names of commands without an answer, by tag. */
  readonly #owed = new Map<string, string>();
  #isSelected = false;
  #isBroken = false;
  /** Whether the last bytes were the pool's own. */
  #isOwn = false;

  /** @param canUnselect Whether the server has UNSELECT. */
  constructor(canUnselect: boolean) {
    this.#canUnselect = canUnselect;
  }

  sent(bytes: Uint8Array, owed: number | undefined): void {
    this.#isOwn = owed === undefined;
    this.#commands.take(bytes);
  }

  received(bytes: Uint8Array): void {
    // The borrower gets the bytes too, and judges for itself.
    if (this.#isBroken && !this.#isOwn) return;
    if (this.isIdle) throw protocolError('the server sent something without being asked');
    this.#responses.take(bytes);
    if (this.#isBroken && this.#isOwn) throw protocolError('the server refused a command of the pool');
  }

  /** Whether all is answered, and no mailbox is selected. */
  get isIdle(): boolean {
    return this.#isAnswered && !this.#isSelected;
  }

  /** IDLE is owed an answer, too. */
  get owes(): boolean {
    return !this.#isAnswered;
  }

  /** Whether a mailbox is selected: UNSELECT ends that. */
  get needsReset(): boolean {
    return this.#isAnswered && this.#isSelected && this.#canUnselect;
  }

  get #isAnswered(): boolean {
    return !this.#isBroken && this.#owed.size === 0 && this.#commands.isBetween && this.#responses.isBetween;
  }

  #ask(tag: string | undefined, name: string): void {
    const isWrong = tag === undefined || this.#owed.has(tag) || (!this.#isOwn && FORBIDDEN.test(name));
    if (isWrong) this.#isBroken = true;
    else this.#owed.set(tag, name);
    // Its answer may come in the middle of a selection that is given up.
    if (name === 'SELECT' || name === 'EXAMINE') this.#isSelected = true;
  }

  #take(head: string): void {
    const [, tag, status] = TAGGED.exec(head) ?? [];
    if (tag !== undefined && status !== undefined) this.#answer(tag, status.toUpperCase());
    else if (head.startsWith('+')) this.#isBroken ||= this.#owed.size === 0;
    else if (!head.startsWith('* ') || /^\* BYE\b/i.test(head)) this.#isBroken = true;
  }

  #answer(tag: string, status: string): void {
    const name = this.#owed.get(tag);
    this.#owed.delete(tag);
    this.#commands.answered();
    if (name === undefined || (this.#isOwn && status !== 'OK')) this.#isBroken = true;
    else if (status === 'OK' && (name === 'UNSELECT' || name === 'CLOSE')) this.#isSelected = false;
  }
}
