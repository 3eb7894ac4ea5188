// Which names are inside a subtree of name constraints (RFC 5280 section 4.2.1.10). Everything is prepared once, so that comparing
// costs no more than the shorter of the two.
import { malformed } from '../../der/reader.ts';
import {
  type Attribute,
  asciiOf,
  EMAIL_ADDRESS,
  readDistinguishedName,
  stringOf,
} from '../read/distinguished-name.ts';
import { FORM, type GeneralName } from '../read/general-name.ts';
import type { ReadCertificate } from '../types.ts';
import { isDnsName, wildcardBase } from './addresses.ts';

/** A name or a subtree, ready to be compared; `undefined` where it is not in order, or its form is not understood. */
export type Prepared =
  | { readonly form: typeof FORM.dns; readonly text: string; readonly wildcardOf: string | undefined }
  | { readonly form: typeof FORM.email; readonly mailbox: string; readonly host: string }
  | { readonly form: typeof FORM.ip; readonly bytes: Uint8Array }
  | { readonly form: typeof FORM.directory; readonly parts: readonly string[] }
  | undefined;

/** Forms that are compared at all. */
const UNDERSTOOD: ReadonlySet<number> = new Set([FORM.dns, FORM.email, FORM.ip, FORM.directory]);

/** Whether names of this form can be compared; others are refused wherever a subtree of their form stands. */
export function isUnderstoodForm(form: number): boolean {
  return UNDERSTOOD.has(form);
}

/** The names of a certificate that constraints apply to: its alternative names, its subject, and the mail addresses in that. */
export function constrainedNames({ subject, extensions }: ReadCertificate): readonly GeneralName[] {
  const names = extensions.subjectAltName?.names ?? [];
  const parts = readDistinguishedName(subject, 'a subject').flat();
  const own = parts.length > 0 ? [{ form: FORM.directory, value: subject }] : [];
  // RFC 5280 section 4.2.1.10 asks it of certificates without alternative names; of all others it would be an evasion.
  const mail = parts.filter(({ type }) => type === EMAIL_ADDRESS);
  return [...names, ...own, ...mail.map(({ value }) => ({ form: FORM.email, value: value.content }))];
}

/** A certificate's name. A DNS name may be a wildcard. */
export function prepareName({ form, value }: GeneralName): Prepared {
  const text = asciiOf(value);
  if (form === FORM.dns) {
    const lower = text?.toLowerCase() ?? '';
    const wildcardOf = wildcardBase(lower);
    return isDnsName(lower) || wildcardOf !== undefined ? { form, text: lower, wildcardOf } : undefined;
  }
  if (form === FORM.email) return text === undefined ? undefined : mailAddress(text);
  if (form === FORM.ip) return value.length === 4 || value.length === 16 ? { form, bytes: value } : undefined;
  return form === FORM.directory ? directory(value) : undefined;
}

/** A subtree. An empty DNS name holds every name; a leading dot is legal for mail alone. */
export function prepareSubtree({ form, value }: GeneralName): Prepared {
  const text = asciiOf(value)?.toLowerCase();
  if (form === FORM.dns) {
    const isName = text !== undefined && (text === '' || isDnsName(text));
    return isName ? { form, text, wildcardOf: undefined } : undefined;
  }
  if (form === FORM.ip) return isNetwork(value) ? { form, bytes: value } : undefined;
  if (form === FORM.directory) return directory(value);
  if (form !== FORM.email || text === undefined) return undefined;
  if (text.includes('@')) return mailAddress(asciiOf(value) ?? '');
  return isDnsName(text.startsWith('.') ? text.slice(1) : text)
    ? { form, mailbox: '', host: text }
    : undefined;
}

/** Whether a name is inside a subtree. Both must be of the same form; for a wildcard all of its names must be inside. */
export function isInside(name: NonNullable<Prepared>, subtree: NonNullable<Prepared>): boolean {
  if (name.form === FORM.dns && subtree.form === FORM.dns) return isBelow(name.text, subtree.text);
  if (name.form === FORM.ip && subtree.form === FORM.ip) return isInNetwork(name.bytes, subtree.bytes);
  if (name.form === FORM.directory && subtree.form === FORM.directory) {
    return subtree.parts.every((part, at) => part === name.parts[at]);
  }
  if (name.form !== FORM.email || subtree.form !== FORM.email) return false;
  if (subtree.mailbox !== '') return name.mailbox === subtree.mailbox && name.host === subtree.host;
  return subtree.host.startsWith('.') ? name.host.endsWith(subtree.host) : name.host === subtree.host;
}

/** Whether a name, or one of the names that a wildcard stands for, is inside a subtree. */
export function mayBeInside(name: NonNullable<Prepared>, subtree: NonNullable<Prepared>): boolean {
  if (isInside(name, subtree)) return true;
  if (name.form !== FORM.dns || subtree.form !== FORM.dns) return false;
  // `*.example.com` stands for `bar.example.com`, and not for what is below that.
  const { wildcardOf } = name;
  return wildcardOf !== undefined && subtree.text.slice(subtree.text.indexOf('.') + 1) === wildcardOf;
}

function isBelow(name: string, base: string): boolean {
  return base === '' || name === base || name.endsWith(`.${base}`);
}

function mailAddress(text: string): Prepared {
  const [mailbox = '', host = '', more] = text.split('@', 3);
  const lower = host.toLowerCase();
  const isAddress = mailbox !== '' && more === undefined && isDnsName(lower);
  return isAddress ? { form: FORM.email, mailbox, host: lower } : undefined;
}

/** An address and a mask of ones and then zeros, of one length. */
function isNetwork(value: Uint8Array): boolean {
  if (value.length !== 8 && value.length !== 32) return false;
  const mask = [...value.subarray(value.length / 2)]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('');
  return !mask.includes('01');
}

function isInNetwork(address: Uint8Array, network: Uint8Array): boolean {
  const { length } = address;
  if (network.length !== 2 * length) return false;
  return address.every((byte, at) => ((byte ^ (network[at] ?? 0)) & (network[length + at] ?? 0)) === 0);
}

function directory(value: Uint8Array): Prepared {
  try {
    const name = readDistinguishedName(value, 'a directory name');
    return { form: FORM.directory, parts: name.map((part) => part.map(canonical).sort().join('+')) };
  } catch {
    return undefined;
  }
}

/**
 * RFC 5280 section 7.1: neither case nor the kind of string nor the amount of white space makes a difference.
 * @throws TlsFault for a kind that is not understood: it could hold what is excluded.
 */
function canonical({ type, value }: Attribute): string {
  const text = stringOf(value);
  if (text === undefined) throw malformed('a value is no text');
  return `${type}=${JSON.stringify(text.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' '))}`;
}
