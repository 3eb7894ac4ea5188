// Distinguished names: checked against their grammar (RFC 5280 section 4.1.2.4), and as text (RFC 4514) for people to read.
import { decodeUtf8, toHex } from '@fairlead/bytes';
import { type DerElement, malformed, readSequence, TAG } from '../../der/reader.ts';
import { oidText } from '../../der/values.ts';

/** The short names of RFC 4514 section 3, and two that certificates often have. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
};
/** PKCS#9 emailAddress. */
export const EMAIL_ADDRESS = '1.2.840.113549.1.9.1';
/** A name that is longer is cut where people read it. */
const MAX_TEXT = 500;

/** One attribute of a name. */
export interface Attribute {
  /** Dotted. */
  readonly type: string;
  readonly value: DerElement;
}

/** The relative distinguished names of a Name, in the order of writing. */
export type DistinguishedName = readonly (readonly Attribute[])[];

/** @param der The whole Name. @throws TlsFault `bad_certificate`. */
export function readDistinguishedName(der: Uint8Array, what: string): DistinguishedName {
  const reader = readSequence(der, what);
  const parts: Attribute[][] = [];
  while (!reader.isAtEnd) {
    const set = reader.inside(TAG.set);
    const part: Attribute[] = [];
    while (!set.isAtEnd) {
      const attribute = set.inside(TAG.sequence);
      part.push({ type: oidText(attribute.element(TAG.oid).content), value: attribute.any() });
      attribute.end();
    }
    if (part.length === 0) throw malformed(`${what} has an empty part`);
    parts.push(part);
  }
  return parts;
}

/** RFC 4514: the last part first; cut where it is very long. */
export function distinguishedNameText(name: DistinguishedName): string {
  const text = name
    .slice(-20)
    .reverse()
    .map((part) => part.slice(0, 20).map(attributeText).join('+'))
    .join(',');
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}...` : text;
}

function attributeText({ type, value }: Attribute): string {
  const text = stringOf(value);
  const short = Object.hasOwn(SHORT_NAMES, type) ? SHORT_NAMES[type] : undefined;
  if (short === undefined || text === undefined)
    return `${type}=#${toHex(value.whole.subarray(0, MAX_TEXT))}`;
  const escaped = text.slice(0, MAX_TEXT).replace(/^[ #]|[,+"\\<>;]| $/g, '\\$&');
  return `${short}=${printable(escaped)}`;
}

/** A text with nothing in it that would break a line or reorder it: RFC 4514's `\` and two hexadecimal digits a byte instead. */
export function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) =>
    [...new TextEncoder().encode(character)].map((byte) => `\\${toHex(Uint8Array.of(byte))}`).join(''),
  );
}

/** The text of a string type; `undefined` for other types, and where it is not well formed. */
export function stringOf({ tag, content }: DerElement): string | undefined {
  // PrintableString, IA5String and NumericString are ASCII; so is TeletexString where anybody still writes it.
  if (tag === 0x0c) return decodeUtf8(content);
  if (tag === 0x12 || tag === 0x13 || tag === 0x14 || tag === 0x16) return asciiOf(content);
  if (tag !== 0x1e || content.length % 2 === 1) return undefined;
  try {
    return new TextDecoder('utf-16be', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
}

/** The text of ASCII bytes; `undefined` where one is above 0x7f. */
export function asciiOf(content: Uint8Array): string | undefined {
  return content.some((byte) => byte > 0x7f) ? undefined : decodeUtf8(content);
}
