// The capabilities that the server offers, and those that are enabled (IRCv3 capability-negotiation 302). It decides which
// ones to request, and sends nothing.

import { limitError } from '../../errors.ts';
import { splitOnce, splitWords } from '../../wire/fields.ts';

const MAX_CAPABILITIES = 512;
/** So short that the answer fits a line too, with the server's name and the nick before the list. */
const MAX_REQUEST_BYTES = 360;

/** The capabilities that are requested if they are offered. */
const WANTED: readonly string[] = (
  'message-tags server-time batch labeled-response echo-message account-notify account-tag away-notify chghost ' +
  'extended-join invite-notify multi-prefix setname standard-replies userhost-in-names draft/chathistory chathistory'
).split(' ');

/** The capabilities of one connection. */
export class Capabilities {
  /** The offered capabilities, with their values. */
  readonly offered: Map<string, string> = new Map();
  /** The enabled capabilities. */
  readonly enabled: Set<string> = new Set();
  readonly #changes: readonly string[];

  /** @param changes Names to request in addition; `-name` leaves one out. */
  constructor(changes: readonly string[] = []) {
    this.#changes = changes;
  }

  /** Takes the list of CAP LS or CAP NEW. @throws FairleadError `limit`. */
  offer(list: string): void {
    for (const entry of splitWords(list)) this.offered.set(...splitOnce(entry, '='));
    if (this.offered.size > MAX_CAPABILITIES) throw limitError('CAP LS', MAX_CAPABILITIES);
  }

  /** Takes the list of CAP DEL. */
  withdraw(list: string): void {
    for (const name of splitWords(list)) {
      // A server cannot take back its demand for TLS (sts, "Mechanism").
      if (name === 'sts') continue;
      this.offered.delete(name);
      this.enabled.delete(name);
    }
  }

  /** Takes the list of CAP ACK; `-name` disables one. */
  acknowledge(list: string): void {
    for (const word of splitWords(list)) {
      const off = word.startsWith('-');
      // Old servers put `~` and `=` before names.
      const name = word.replace(/^[-~=]+/, '');
      if (off) this.enabled.delete(name);
      else if (this.offered.has(name)) this.enabled.add(name);
    }
  }

  /** The capabilities to request now, in lists that fit one line each. @param sasl Whether `sasl` is wanted. */
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

  /** Whether names are requested, if they are offered, that are none of this client's own. */
  get isExtended(): boolean {
    return this.#changes.some((name) => !name.startsWith('-') && !WANTED.includes(name));
  }

  /** Whether a capability is enabled. */
  has(name: string): boolean {
    return this.enabled.has(name);
  }

  #wants(name: string): boolean {
    return (WANTED.includes(name) || this.#changes.includes(name)) && !this.#changes.includes(`-${name}`);
  }
}
