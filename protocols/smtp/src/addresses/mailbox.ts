// Mail addresses of the envelope (RFC 5321 section 4.1.2, RFC 6531 section 3.3), without display names. They are checked,
// and never repaired.
import { usage } from '@fairlead/errors';
import { BEYOND_ASCII, domainToAscii } from './idna.ts';

/** An address as it goes over the wire. */
export interface Mailbox {
  /** `local@domain`; the domain in punycode. */
  readonly wire: string;
  /** Whether it needs SMTPUTF8: its local part has characters beyond ASCII. */
  readonly utf8: boolean;
}

/** Dot-string, with UTF-8 (RFC 6531); or a quoted string. */
const LOCAL =
  /^(?:[\w!#$%&'*+/=?^`{|}~\u00a1-\u{10ffff}-]+(?:\.[\w!#$%&'*+/=?^`{|}~\u00a1-\u{10ffff}-]+)*|"(?:[ !#-[\]-~\u00a1-\u{10ffff}]|\\[ -~])*")$/u;
const DOMAIN = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/i;
/** An IPv4 or IPv6 literal (RFC 5321 section 4.1.3); the server checks the number itself. */
const LITERAL = /^\[(?:\d{1,3}(?:\.\d{1,3}){3}|IPv6:[\da-f:.]{2,45})\]$/i;
/** RFC 5321 sections 4.5.3.1.1 and 4.5.3.1.3, in octets; the path's brackets not counted. */
const MAX_LOCAL_BYTES = 64;
const MAX_ADDRESS_BYTES = 254;
/** No valid address has more characters; a longer text is refused before it is parsed. */
const MAX_ADDRESS_CHARACTERS = 320;

/**
 * Checks an address.
 * @param role The address' name for errors: `from`, `to`.
 * @throws FairleadError `usage`.
 */
export function readMailbox(address: string, role: string): Mailbox {
  if (typeof address !== 'string') throw usage(`${role} is not text`);
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

/** The name for EHLO: a host name or an address literal. @throws FairleadError `usage`. */
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

/** The text for an error: escaped, and at most 80 characters. */
function shown(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}

/** In UTF-8. */
function byteLength(text: string): number {
  return BEYOND_ASCII.test(text) ? new TextEncoder().encode(text).length : text.length;
}
