// The senders that a named connection allows (its setting `from`), checked in envelope and header. It rewrites nothing.
import { FairleadError, usage } from '@fairlead/errors';
import { decodeWords } from '../addresses/encoded-words.ts';
import { mailboxesOf, type NamedAddress, readAddresses } from '../addresses/header-addresses.ts';
import { readMailbox } from '../addresses/mailbox.ts';
import type { Mail } from '../mime/mail.ts';

/** Local parts that all programs read alike: without quotation marks and encoded words. */
const PLAIN_LOCAL = /^(?!.*=\?)[^"@]+$/;

/** Invisible characters: an address looks the same with and without them. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}]/gu;
/** Characters that look like an `@`, or that some programs read as one. */
const LIKE_AT = /[\uff20\ufe6b]/g;

/** Addresses (`app@example.com`) and whole domains (`@example.com`). */
export class AllowedSenders {
  readonly #allowed: readonly string[] | undefined;

  /** @throws FairleadError `usage` for an entry that is neither an address nor `@` and a domain. */
  constructor(from: string | readonly string[] | undefined) {
    this.#allowed = from === undefined ? undefined : [from].flat().map(readEntry);
  }

  /** Whether the connection has the setting `from`. */
  get restricted(): boolean {
    return this.#allowed !== undefined;
  }

  /** The only allowed address, as the default sender; `undefined` where there is not exactly one. */
  get only(): string | undefined {
    const [first, ...others] = this.#allowed ?? [];
    return others.length === 0 && !first?.startsWith('@') ? first : undefined;
  }

  /**
   * Checks the sender of the envelope, and the senders of the header.
   * @throws FairleadError `policy` for a sender that is not allowed; `usage` for an address that is not valid.
   */
  check(envelopeFrom: string, mailboxes: readonly NamedAddress[]): void {
    if (!this.restricted) return;
    // The empty sender is for notifications, and is always allowed.
    if (envelopeFrom !== '') this.#checkAddress(readMailbox(envelopeFrom, 'from').wire);
    for (const { name, address } of mailboxes) {
      this.#checkAddress(address);
      this.#checkName(name);
    }
  }

  /** Checks the senders of a mail and of its envelope. @throws FairleadError `policy`, `usage`. */
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

  /** Many mail programs show only the name, so it must not look like another sender's address. */
  #checkName(name: string): void {
    const shown = decodeWords(name) ?? name;
    if (this.#allowed?.includes(asciiLower(shown))) return;
    const seen = shown.replace(UNSEEN, '').replace(LIKE_AT, '@');
    // Only U+0020 counts as a space between the two sides: other spaces are almost invisible.
    if (/[^ ]@[^ ]|=\?/.test(seen)) throw refused(`The name ${JSON.stringify(shown.slice(0, 80))}`);
  }
}

function refused(what: string): FairleadError {
  const message = `${what} is not among the senders that this connection allows (from)`;
  return new FairleadError('policy', message, { safeToRetry: true });
}

/** An entry in the form in which addresses are compared: lower case, the domain in punycode. */
function readEntry(entry: string): string {
  if (!entry.startsWith('@')) return asciiLower(readMailbox(entry, 'from of the connection').wire);
  const { wire } = readMailbox(`any${entry}`, 'from of the connection');
  if (wire.lastIndexOf('@') !== 3) throw usage('from of the connection is not like @example.com');
  return asciiLower(wire.slice(3));
}

/** `toLowerCase` would make ASCII letters out of others, such as the Kelvin sign. */
function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
