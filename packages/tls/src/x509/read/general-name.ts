// GeneralName (RFC 5280 section 4.2.1.6): one name of a certificate, or one subtree of its constraints. What is inside is read
// where it is compared: a name that is not in order is a name that nothing matches.
import { DerReader, malformed } from '../../der/reader.ts';
import { asciiOf, distinguishedNameText, printable, readDistinguishedName } from './distinguished-name.ts';

/** Forms by the number of their tag. */
export const FORM = {
  otherName: 0,
  email: 1,
  dns: 2,
  x400: 3,
  directory: 4,
  ediParty: 5,
  uri: 6,
  ip: 7,
  registeredId: 8,
} as const;

/** The forms that have further elements inside. */
const CONSTRUCTED: ReadonlySet<number> = new Set([FORM.otherName, FORM.x400, FORM.directory, FORM.ediParty]);
/** Names that people read are cut here. */
const MAX_TEXT = 256;

/** One name. */
export interface GeneralName {
  /** One of `FORM`. */
  readonly form: number;
  /** What is inside its tag; for `directory` the whole Name. */
  readonly value: Uint8Array;
}

/** The next name. @throws TlsFault `bad_certificate`. */
export function readGeneralName(reader: DerReader, what: string): GeneralName {
  const { tag, content } = reader.any();
  const form = tag & 0x1f;
  const isKnown = form <= FORM.registeredId && tag === (CONSTRUCTED.has(form) ? 0xa0 : 0x80) + form;
  if (!isKnown) throw malformed(`${what} has a name of no known form`);
  return { form, value: content };
}

/** One or more names. @throws TlsFault `bad_certificate`. */
export function readGeneralNames(content: Uint8Array, what: string): readonly GeneralName[] {
  const reader = new DerReader(content, what);
  const names: GeneralName[] = [];
  while (!reader.isAtEnd) names.push(readGeneralName(reader, what));
  if (names.length === 0) throw malformed(`${what} has no name`);
  return names;
}

/** A name as people read it: `DNS:db.example.com`, `IP:10.0.0.5`. */
export function generalNameText({ form, value }: GeneralName): string {
  if (form === FORM.dns) return `DNS:${shown(value)}`;
  if (form === FORM.ip) return `IP:${addressText(value)}`;
  if (form === FORM.email) return `email:${shown(value)}`;
  if (form === FORM.uri) return `URI:${shown(value)}`;
  if (form === FORM.directory) return `DirName:${directoryText(value)}`;
  return form === FORM.registeredId ? 'RegisteredID' : 'otherName';
}

function shown(value: Uint8Array): string {
  const text = asciiOf(value.subarray(0, MAX_TEXT));
  return text === undefined ? '(not ASCII)' : `${printable(text)}${value.length > MAX_TEXT ? '...' : ''}`;
}

function directoryText(value: Uint8Array): string {
  try {
    return distinguishedNameText(readDistinguishedName(value, 'a directory name'));
  } catch {
    return '(malformed)';
  }
}

/** An address of 4 or 16 bytes; RFC 5952 for the longer one. */
function addressText(value: Uint8Array): string {
  if (value.length === 4) return value.join('.');
  if (value.length !== 16) return '(malformed)';
  const groups = Array.from({ length: 8 }, (_, at) =>
    (((value[2 * at] ?? 0) << 8) | (value[2 * at + 1] ?? 0)).toString(16),
  ).join(':');
  const zeros = (groups.match(/\b0(?::0)+\b/g) ?? []).reduce((a, b) => (b.length > a.length ? b : a), '');
  return zeros === '' ? groups : groups.replace(new RegExp(`(^|:)${zeros}(:|$)`), '::');
}
