// Extensions of a certificate (RFC 5280 section 4.2). Each at most once; what is critical and not understood is remembered, and
// refused by whoever would use the certificate.
import { contextTag, DerReader, malformed, onlyElement, readSequence, TAG } from '../../der/reader.ts';
import { oidText, readFlag, readNamedBits, readSmallNumber } from '../../der/values.ts';
import type { BasicConstraints, Extensions, NameConstraints } from '../types.ts';
import { type GeneralName, readGeneralName, readGeneralNames } from './general-name.ts';

/** What is being filled. */
type Found = { -readonly [Key in keyof Extensions]: Extensions[Key] };

/** Reads the value of one kind of extension. */
type Read = (value: Uint8Array, critical: boolean, found: Found) => void;

/** Those whose meaning is known: they may be critical. */
const UNDERSTOOD: Readonly<Record<string, Read>> = {
  '2.5.29.15': (value, _critical, found) => {
    const what = 'its keyUsage';
    const reader = new DerReader(value, what);
    const { bits, isPadded } = readNamedBits(reader, what);
    reader.end();
    found.keyUsage = bits;
    found.isPadded = isPadded;
    if (bits === 0) throw malformed(`${what} is empty`);
  },
  '2.5.29.17': (value, critical, found) => {
    const what = 'its subjectAltName';
    const names = readGeneralNames(onlyElement(value, TAG.sequence, what).content, what);
    found.subjectAltName = { names, critical };
  },
  '2.5.29.19': (value, _critical, found) => {
    found.basicConstraints = readBasicConstraints(value);
  },
  '2.5.29.30': (value, _critical, found) => {
    found.nameConstraints = readNameConstraints(value);
  },
  '2.5.29.37': (value, _critical, found) => {
    found.extKeyUsage = readExtKeyUsage(value);
  },
};

/** Those that help to find and explain, and change no verdict: none of them may be critical. */
const HELPFUL: Readonly<Record<string, Read>> = {
  // subjectKeyIdentifier
  '2.5.29.14': (value, _critical, found) => {
    found.subjectKeyId = onlyElement(value, TAG.octetString, 'its subjectKeyIdentifier').content;
  },
  // cRLDistributionPoints, certificatePolicies, authorityInfoAccess
  '2.5.29.31': isSequence,
  '2.5.29.32': isSequence,
  '1.3.6.1.5.5.7.1.1': isSequence,
  // Signed certificate timestamps, RFC 6962 section 3.3.
  '1.3.6.1.4.1.11129.2.4.2': (value) => onlyElement(value, TAG.octetString, 'an extension'),
  // authorityKeyIdentifier
  '2.5.29.35': (value, _critical, found) => {
    const what = 'its authorityKeyIdentifier';
    const reader = readSequence(value, what);
    found.authorityKeyId = reader.optional(0x80)?.content;
  },
};

/** It changes which paths are valid, by policies that are not followed here: refused even where it is not critical. */
const POLICY_CONSTRAINTS = '2.5.29.36';

/** @param content What is inside of Extensions. @throws TlsFault `bad_certificate`. */
export function readExtensions(content: Uint8Array): Extensions {
  const reader = new DerReader(content, 'its list of extensions');
  const extensions: Found = { ...NO_EXTENSIONS };
  const seen = new Set<string>();
  while (!reader.isAtEnd) {
    const entry = reader.inside(TAG.sequence, 'an extension');
    const id = oidText(entry.element(TAG.oid).content);
    const critical = readFlag(entry, 'whether an extension is critical');
    const value = entry.element(TAG.octetString).content;
    entry.end();
    if (seen.has(id)) throw malformed(`it has the extension ${id} twice`);
    seen.add(id);
    readExtension(id, value, critical, extensions);
  }
  if (seen.size === 0) throw malformed('its list of extensions is empty');
  return extensions;
}

/** What a certificate without extensions has. */
export const NO_EXTENSIONS: Extensions = {
  basicConstraints: undefined,
  keyUsage: undefined,
  extKeyUsage: undefined,
  subjectAltName: undefined,
  nameConstraints: undefined,
  subjectKeyId: undefined,
  authorityKeyId: undefined,
  notUnderstood: undefined,
  isPadded: false,
};

function readExtension(id: string, value: Uint8Array, critical: boolean, found: Found): void {
  const understood = Object.hasOwn(UNDERSTOOD, id) ? UNDERSTOOD[id] : undefined;
  if (understood !== undefined) {
    understood(value, critical, found);
    return;
  }
  if (critical || id === POLICY_CONSTRAINTS) found.notUnderstood ??= id;
  if (Object.hasOwn(HELPFUL, id)) HELPFUL[id]?.(value, critical, found);
}

function isSequence(value: Uint8Array): void {
  onlyElement(value, TAG.sequence, 'an extension');
}

function readBasicConstraints(value: Uint8Array): BasicConstraints {
  const what = 'its basicConstraints';
  const reader = readSequence(value, what);
  const ca = readFlag(reader, what);
  const pathLength = reader.isAtEnd ? undefined : readSmallNumber(reader, what);
  reader.end();
  if (pathLength !== undefined && !ca) throw malformed(`${what} has a path length, and it is no authority's`);
  return { ca, pathLength };
}

function readExtKeyUsage(value: Uint8Array): readonly string[] {
  const what = 'its extKeyUsage';
  const reader = readSequence(value, what);
  const usages: string[] = [];
  while (!reader.isAtEnd) usages.push(oidText(reader.element(TAG.oid).content));
  if (usages.length === 0) throw malformed(`${what} is empty`);
  return usages;
}

/** RFC 5280 section 4.2.1.10. */
function readNameConstraints(value: Uint8Array): NameConstraints {
  const what = 'its nameConstraints';
  const reader = readSequence(value, what);
  const permitted = readSubtrees(reader, 0, what);
  const excluded = readSubtrees(reader, 1, what);
  reader.end();
  if (permitted.length + excluded.length === 0) throw malformed(`${what} is empty`);
  return { permitted, excluded };
}

function readSubtrees(reader: DerReader, number: number, what: string): readonly GeneralName[] {
  if (reader.nextTag !== contextTag(number)) return [];
  const list = reader.inside(contextTag(number));
  const names: GeneralName[] = [];
  while (!list.isAtEnd) {
    const subtree = list.inside(TAG.sequence);
    names.push(readGeneralName(subtree, what));
    // A minimum is 0, which DER does not write down; a maximum must not be.
    subtree.end();
  }
  if (names.length === 0) throw malformed(`${what} has an empty list`);
  return names;
}
