// What the server offers and what is enabled (capability-negotiation 302). It decides what to ask for; it sends nothing.

import { limitError } from '../../errors.ts';
import { splitOnce, splitWords } from '../../wire/fields.ts';

const MAX_CAPABILITIES = 512;
/** So short that the answer, with the server's name and the nick before it, fits a line too. */
const MAX_REQUEST_BYTES = 360;

/** What is asked for where it is offered. */
const WANTED: readonly string[] = (
  'message-tags server-time batch labeled-response echo-message account-notify account-tag away-notify chghost ' +
  'extended-join invite-notify multi-prefix setname standard-replies userhost-in-names draft/chathistory chathistory'
).split(' ');

/** The negotiated capabilities of one connection. */
export class Capabilities {
  /** What the server offers, with its values. */
  readonly offered: Map<string, string> = new Map();
  readonly enabled: Set<string> = new Set();
  readonly #changes: readonly string[];

  /** @param changes Further names to ask for; `-name` leaves one out. */
  constructor(changes: readonly string[] = []) {
    this.#changes = changes;
  }

  /** Takes a list of LS or NEW. @throws FairleadError `limit`. */
  offer(list: string): void {
    for (const entry of splitWords(list)) this.offered.set(...splitOnce(entry, '='));
    if (this.offered.size > MAX_CAPABILITIES) throw limitError('CAP LS', MAX_CAPABILITIES);
  }

  /** Takes a list of DEL. */
  withdraw(list: string): void {
    for (const name of splitWords(list)) {
      // A policy that is in force cannot be taken back (sts, "Mechanism").
      if (name === 'sts') continue;
      this.offered.delete(name);
      this.enabled.delete(name);
    }
  }

  /** Takes a list of ACK; `-name` turns one off. */
  acknowledge(list: string): void {
    for (const word of splitWords(list)) {
      const off = word.startsWith('-');
      // Old servers mark capabilities with `~` and `=`.
      const name = word.replace(/^[-~=]+/, '');
      if (off) this.enabled.delete(name);
      else if (this.offered.has(name)) this.enabled.add(name);
    }
  }

  /** What to ask for now, in lists that fit a line each. */
  requests(sasl: boolean): string[] {
    const lists: string[] = [];
    for (const name of this.offered.keys()) {
      if (!(name === 'sasl' ? sasl : this.#wants(name)) || this.enabled.has(name)) continue;
      const list = lists.at(-1);
      if (list === undefined || list.length + name.length > MAX_REQUEST_BYTES) lists.push(name);
      else lists[lists.length - 1] = `${list} ${name}`;
    }
    return lists;
  }

  has(name: string): boolean {
    return this.enabled.has(name);
  }

  #wants(name: string): boolean {
    return [...WANTED, ...this.#changes].includes(name) && !this.#changes.includes(`-${name}`);
  }
}
