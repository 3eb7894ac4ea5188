// Addresses of a mail's header: read and checked. It takes names and lists, refuses what would break out of a header or
// could be read in two ways, and guesses nothing.

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

/** Several under one name; there may be none. */
interface NamedGroup {
  readonly group: string;
  readonly members: readonly NamedAddress[];
}

/** What a field of addresses holds. */
export type AddressEntry = NamedAddress | NamedGroup;

/** How text is to be read. */
export interface ReadOptions {
  /** As `ParseOptions` says: for fields that say who sends. */
  readonly strict?: boolean;
}

const ADDRESS_KEYS: readonly string[] = ['name', 'address'];

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
