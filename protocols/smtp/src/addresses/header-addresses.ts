// The addresses of a mail's header, from text or objects, checked. Text that could end the header field early or be read in
// two ways is refused.

import { usage } from '@fairlead/errors';
import type { MailAddress, MailAddresses } from '../mime/mail.ts';
import { checkKnownKeys } from '../options/known-keys.ts';
import { oneOrMany } from '../options/one-or-many.ts';
import { assertSingleLine } from '../options/single-line.ts';
import { type ParsedMailbox, parseAddresses } from './address-list.ts';
import { readMailbox } from './mailbox.ts';

/** One address, checked. */
export interface NamedAddress {
  readonly name: string;
  /** With its domain in punycode. */
  readonly address: string;
  readonly utf8: boolean;
}

/** Addresses under one name; the list may be empty. */
interface NamedGroup {
  readonly group: string;
  readonly members: readonly NamedAddress[];
}

/** One entry of a field of addresses. */
export type AddressEntry = NamedAddress | NamedGroup;

/** How text is to be read. */
export interface ReadOptions {
  /** See `ParseOptions`: for the fields that name the sender. */
  readonly strict?: boolean;
}

const ADDRESS_KEYS: readonly string[] = ['name', 'address'];
/** One address and nothing else, as most fields are: it is read without the parser. */
const BARE = /^[\w+-]+(?:\.[\w+-]+)*@[\w-]+(?:\.[\w-]+)*$/;

/**
 * The addresses of one field.
 * @param role The field's name, for errors.
 * @throws FairleadError `usage`.
 */
export function readAddresses(
  given: MailAddresses | undefined,
  role: string,
  { strict }: ReadOptions = {},
): AddressEntry[] {
  if (given === undefined) return [];
  return oneOrMany(given).flatMap((one) =>
    typeof one === 'string' ? parse(one, role, strict) : [fromObject(one, role)],
  );
}

/** The addresses alone, out of their groups. */
export function mailboxesOf(entries: readonly AddressEntry[]): NamedAddress[] {
  return entries.flatMap((entry) => ('group' in entry ? entry.members : [entry]));
}

function parse(text: string, role: string, strict: boolean | undefined): AddressEntry[] {
  assertSingleLine(text, role);
  if (BARE.test(text)) return [checked({ name: '', address: text }, role)];
  const found = parseAddresses(text, { role, strict });
  if (found.length === 0) throw usage(`${role} is empty`);
  return found.map((entry) =>
    'group' in entry
      ? { group: entry.group, members: entry.members.map((one) => checked(one, role)) }
      : checked(entry, role),
  );
}

function fromObject(given: Exclude<MailAddress, string>, role: string): NamedAddress {
  checkKnownKeys(given, ADDRESS_KEYS, role);
  const { name = '', address } = given;
  assertSingleLine(name, `the name in ${role}`);
  return checked({ name, address }, role);
}

function checked({ name, address }: ParsedMailbox, role: string): NamedAddress {
  const { wire, utf8 } = readMailbox(address, role);
  return { name, address: wire, utf8 };
}
