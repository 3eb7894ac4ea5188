// Addresses of a mail's header: read, checked, and made ready for the composer. It takes names and lists, refuses what
// would break out of a header, and guesses nothing.
import addressparser from 'nodemailer/lib/addressparser';
import { readMailbox } from '../address.ts';
import { usage } from '../errors.ts';
import { assertOneLine } from './check.ts';
import type { MailAddress, MailAddresses } from './mail.ts';

/** One address, checked. */
export interface NamedAddress {
  readonly name: string;
  /** With its domain in punycode. */
  readonly address: string;
  readonly utf8: boolean;
}

/**
 * The addresses of one field.
 * @param role The field's name, for errors.
 * @throws FairleadError `usage`.
 */
export function readAddresses(given: MailAddresses | undefined, role: string): NamedAddress[] {
  if (given === undefined) return [];
  const list = Array.isArray(given) ? (given as readonly MailAddress[]) : [given as MailAddress];
  return list.flatMap((one) => (typeof one === 'string' ? parse(one, role) : [check(one, role)]));
}

function parse(text: string, role: string): NamedAddress[] {
  assertOneLine(text, role);
  const found = addressparser(text, { flatten: true });
  if (found.length === 0) throw usage(`${role} is empty`);
  return found.map((one) => check({ name: one.name, address: one.address ?? '' }, role));
}

function check({ name = '', address }: Exclude<MailAddress, string>, role: string): NamedAddress {
  assertOneLine(name, `the name in ${role}`);
  const { wire, utf8 } = readMailbox(address, role);
  return { name, address: wire, utf8 };
}
