// Who may send over a named connection: its `from`, applied to envelope and header. It refuses, and rewrites nothing.
import { FairleadError, usage } from '@fairlead/errors';
import { decodeWords } from '../addresses/encoded-words.ts';
import { mailboxesOf, type NamedAddress, readAddresses } from '../addresses/header-addresses.ts';
import { readMailbox } from '../addresses/mailbox.ts';
import type { Mail } from '../mime/mail.ts';

/** Local parts that every program reads alike: no quotation marks, and nothing that looks encoded. */
const PLAIN_LOCAL = /^(?!.*=\?)[^"@]+$/;

/** Characters that nobody sees: within an address they change nothing of how it looks. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}]/gu;
/** Signs that look like an `@`, or are read as one. */
const LIKE_AT = /[\uff20\ufe6b]/g;

/** Addresses (`app@example.com`) and whole domains (`@example.com`). */
export class AllowedSenders {
  readonly #allowed: readonly string[] | undefined;

  /** @throws FairleadError `usage` for an entry that is neither an address nor `@` and a domain. */
  constructor(from: string | readonly string[] | undefined) {
    this.#allowed = from === undefined ? undefined : [from].flat().map(readEntry);
  }

  /** Whether only some may send. */
  get restricted(): boolean {
    return this.#allowed !== undefined;
  }

  /** The sender where the caller names none; `undefined` where there are several, or none. */
  get only(): string | undefined {
    const [first, ...others] = this.#allowed ?? [];
    return others.length === 0 && !first?.startsWith('@') ? first : undefined;
  }

  /**
   * Checks the envelope's sender, and the mailboxes of the header's fields that say who sends.
   * @throws FairleadError `policy` for one that may not send; `usage` for an address that is none.
   */
  check(envelopeFrom: string, mailboxes: readonly NamedAddress[]): void {
    if (!this.restricted) return;
    // The empty sender is for notifications; whoever may send may use it.
    if (envelopeFrom !== '') this.#checkAddress(readMailbox(envelopeFrom, 'from').wire);
    for (const { name, address } of mailboxes) {
      this.#checkAddress(address);
      this.#checkName(name);
    }
  }

  /** Checks all that a mail says about its sender. @throws FairleadError `policy`, `usage`. */
  checkMail({ from, sender, envelope }: Pick<Mail, 'from' | 'sender' | 'envelope'>): void {
    const mailboxes = mailboxesOf([...readAddresses(from, 'from'), ...readAddresses(sender, 'sender')]);
    this.check(envelope?.from ?? '', mailboxes);
  }

  #checkAddress(wire: string): void {
    const lower = asciiLower(wire);
    const at = lower.lastIndexOf('@');
    const isOfDomain = PLAIN_LOCAL.test(lower.slice(0, at)) && this.#allowed?.includes(lower.slice(at));
    if (this.#allowed?.includes(lower) || (at > 0 && isOfDomain)) return;
    throw refused(wire);
  }

  /** Many readers see the name alone: it must not look like the address of another. */
  #checkName(name: string): void {
    const shown = decodeWords(name) ?? name;
    if (this.#allowed?.includes(asciiLower(shown))) return;
    const seen = shown.replace(UNSEEN, '').replace(LIKE_AT, '@');
    // Only a whole space keeps the two sides apart: there are others as thin as a hair.
    if (/[^ ]@[^ ]|=\?/.test(seen)) throw refused(`The name ${JSON.stringify(shown.slice(0, 80))}`);
  }
}

function refused(what: string): FairleadError {
  const message = `${what} is not among the senders that this connection allows (from)`;
  return new FairleadError('policy', message, { safeToRetry: true });
}

/** As addresses are compared; a domain in punycode. */
function readEntry(entry: string): string {
  if (!entry.startsWith('@')) return asciiLower(readMailbox(entry, 'from of the connection').wire);
  const { wire } = readMailbox(`any${entry}`, 'from of the connection');
  if (wire.lastIndexOf('@') !== 3) throw usage('from of the connection is not like @example.com');
  return asciiLower(wire.slice(3));
}

/** Not `toLowerCase`: it makes letters of ASCII out of others, such as the Kelvin sign. */
function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
