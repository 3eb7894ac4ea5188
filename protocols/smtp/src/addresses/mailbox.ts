// Mail addresses for the envelope (RFC 5321 section 4.1.2, RFC 6531 section 3.3). It checks and refuses; it repairs
// nothing, and takes no display names.
import { usage } from '@fairlead/errors';
import { BEYOND_ASCII, domainToAscii } from './idna.ts';

/** An address as it goes over the wire. */
export interface Mailbox {
  /** `local@domain`; the domain in punycode. */
  readonly wire: string;
  /** Whether it needs SMTPUTF8: its local part has other characters than ASCII. */
  readonly utf8: boolean;
}

/** Dot-string, with UTF-8 (RFC 6531); or a quoted string. */
const LOCAL =
  /^(?:[\w!#$%&'*+/=?^`{|}~\u00a1-\u{10ffff}-]+(?:\.[\w!#$%&'*+/=?^`{|}~\u00a1-\u{10ffff}-]+)*|"(?:[ !#-[\]-~\u00a1-\u{10ffff}]|\\[ -~])*")$/u;
const DOMAIN = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/i;
/** IPv4, IPv6 or a tagged literal (RFC 5321 section 4.1.3); that it is a good address is the server's to say. */
const LITERAL = /^\[(?:\d{1,3}(?:\.\d{1,3}){3}|IPv6:[\da-f:.]{2,45})\]$/i;
/** RFC 5321 sections 4.5.3.1.1 and 4.5.3.1.3, in octets; the path's brackets not counted. */
const MAX_LOCAL_BYTES = 64;
const MAX_ADDRESS_BYTES = 254;
/** No address has more characters, whatever its domain becomes in punycode: longer text is not looked at. */
const MAX_ADDRESS_CHARACTERS = 320;

/**
 * Checks an address.
 * @param role How an error names it: `from`, `to`.
 * @throws FairleadError `usage`.
 */
export function readMailbox(address: string, role: string): Mailbox {
  if (typeof address !== 'string') throw usage(`${role} is no text`);
  if (address.length > MAX_ADDRESS_CHARACTERS) throw usage(`${role} is too long for a mail address`);
  const at = address.lastIndexOf('@');
  const local = at < 0 ? address : address.slice(0, at);
  // The one address without a domain (RFC 5321 section 4.5.1).
  const bare = at < 0 && /^postmaster$/i.test(local);
  const domain = bare ? '' : readDomain(address.slice(at + 1));
  const wire = bare ? local : `${local}@${domain}`;
  if (
    (at < 0 && !bare) ||
    domain === undefined ||
    !LOCAL.test(local) ||
    !local.isWellFormed() ||
    byteLength(local) > MAX_LOCAL_BYTES ||
    byteLength(wire) > MAX_ADDRESS_BYTES
  ) {
    throw usage(`${role} is not a mail address: ${shown(address)}`);
  }
  return { wire, utf8: BEYOND_ASCII.test(local) };
}

/** What EHLO says: a host name or an address literal. @throws FairleadError `usage`. */
export function readClientName(name: string): string {
  if (name.length <= 255 && (DOMAIN.test(name) || LITERAL.test(name))) return name;
  throw usage(`the name for EHLO is neither a host name nor an address like [127.0.0.1]: ${shown(name)}`);
}

/** The domain as ASCII, or `undefined`. */
function readDomain(domain: string): string | undefined {
  if (DOMAIN.test(domain) || LITERAL.test(domain)) return domain;
  if (!BEYOND_ASCII.test(domain)) return undefined;
  const host = domainToAscii(domain) ?? '';
  return DOMAIN.test(host) ? host : undefined;
}

/** For messages: escaped, and cut. */
function shown(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
