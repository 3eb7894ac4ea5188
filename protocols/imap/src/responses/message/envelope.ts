// Reads an ENVELOPE (RFC 9051 section 7.5.2): words decoded, groups with their members. Missing fields are `undefined`.
import { decodeWords } from '../../headers/words.ts';
import type { Scanner } from '../../wire/tokens/scanner.ts';
import type { Address, Envelope } from '../types/envelope.ts';
import { parseDate } from './date-time.ts';

/** The envelope that begins here, or `undefined` for NIL. */
export function readEnvelope(scanner: Scanner): Envelope | undefined {
  scanner.spaces();
  if (!scanner.enter()) {
    scanner.text();
    return undefined;
  }
  const dateText = scanner.text();
  const envelope: Envelope = {
    date: parseDate(dateText),
    dateText,
    subject: decoded(scanner),
    from: readAddresses(scanner),
    sender: readAddresses(scanner),
    replyTo: readAddresses(scanner),
    to: readAddresses(scanner),
    cc: readAddresses(scanner),
    bcc: readAddresses(scanner),
    inReplyTo: scanner.text(),
    messageId: scanner.text(),
  };
  scanner.leaveRest();
  return envelope;
}

function decoded(scanner: Scanner): string | undefined {
  const text = scanner.text();
  return text === undefined ? undefined : decodeWords(text);
}

function readAddresses(scanner: Scanner): Address[] {
  const addresses: Address[] = [];
  let members: Address[] | undefined;
  scanner.list(() => {
    if (!scanner.enter()) return scanner.text();
    const name = decoded(scanner);
    scanner.text();
    const mailbox = scanner.text();
    const host = scanner.text();
    scanner.leaveRest();
    // A group begins with its name as the mailbox and ends without one; neither has a host.
    if (host !== undefined)
      (members ?? addresses).push({ name, address: spell(mailbox, host), group: undefined });
    else if (mailbox === undefined) members = undefined;
    else {
      members = [];
      addresses.push({ name: decodeWords(mailbox), address: undefined, group: members });
    }
    return undefined;
  });
  return addresses;
}

/** Dovecot and Cyrus say MISSING_DOMAIN and the like where a header has no address. */
const MISSING = /^\.?(missing|syntax)[-_]/i;

function spell(mailbox: string | undefined, host: string): string | undefined {
  if (mailbox === undefined || MISSING.test(mailbox)) return undefined;
  const local = /[\s"(),:;<>@[\\\]]/.test(mailbox) ? `"${mailbox.replace(/["\\]/g, '\\$&')}"` : mailbox;
  return MISSING.test(host) || host === '' ? local : `${local}@${host}`;
}
