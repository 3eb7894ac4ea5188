// Certificate (RFC 5280 section 4.1) from DER: all of its grammar, and no opinion on whether it can be trusted.
import { equalBytes } from '@fairlead/bytes';
import { contextTag, DerReader, malformed, readSequence, TAG } from '../../der/reader.ts';
import { readBytes, readInteger, readSmallNumber, readTime } from '../../der/values.ts';
import type { ReadCertificate } from '../types.ts';
import { readDistinguishedName } from './distinguished-name.ts';
import { NO_EXTENSIONS, readExtensions } from './extensions.ts';
import { readPublicKey } from './public-key.ts';

/** RFC 5280 section 4.1.2.2. */
const MAX_SERIAL_BYTES = 20;

/**
 * Reads one certificate. What it holds are views into `der`.
 * @throws TlsFault `bad_certificate` where it is malformed, `unsupported_certificate` where its key is of no known kind.
 */
export function readCertificate(der: Uint8Array): ReadCertificate {
  const what = 'its outermost element';
  const outer = readSequence(der, what);
  const tbs = outer.element(TAG.sequence);
  const signatureAlgorithm = outer.element(TAG.sequence).whole;
  const signature = readBytes(outer, 'its signature');
  outer.end();
  const reader = new DerReader(tbs.content, 'what is signed');
  const version = readVersion(reader);
  const serial = readSerial(reader);
  if (!equalBytes(reader.element(TAG.sequence).whole, signatureAlgorithm)) {
    throw malformed('it names two different algorithms of its signature');
  }
  const issuer = readName(reader, 'its issuer');
  const validity = reader.inside(TAG.sequence, 'its validity');
  const notBefore = readTime(validity, 'its notBefore');
  const notAfter = readTime(validity, 'its notAfter');
  validity.end();
  if (notBefore > notAfter) throw malformed('it ends before it begins');
  const subject = readName(reader, 'its subject');
  const key = readPublicKey(reader.element(TAG.sequence).whole);
  const extensions = readRest(reader, version);
  return {
    der,
    version,
    serial,
    tbs: tbs.whole,
    subject,
    issuer,
    ...key,
    signatureAlgorithm,
    signature,
    notBefore,
    notAfter,
    extensions,
  };
}

function readVersion(reader: DerReader): number {
  // Version 1 is the default, and not written down.
  if (reader.nextTag !== contextTag(0)) return 1;
  const inside = reader.inside(contextTag(0), 'its version');
  const version = readSmallNumber(inside, 'its version') + 1;
  inside.end();
  if (version !== 2 && version !== 3) throw malformed('its version is none');
  return version;
}

/** Zero is not conforming either; some authorities that everybody trusts have it. */
function readSerial(reader: DerReader): Uint8Array {
  const serial = readInteger(reader, 'its serial number');
  if ((serial[0] ?? 0) >= 0x80) throw malformed('its serial number is negative');
  if (serial.length > MAX_SERIAL_BYTES + (serial[0] === 0 ? 1 : 0))
    throw malformed('its serial number is too long');
  return serial;
}

function readName(reader: DerReader, what: string): Uint8Array {
  const { whole } = reader.element(TAG.sequence);
  readDistinguishedName(whole, what);
  return whole;
}

/** issuerUniqueID, subjectUniqueID, extensions. */
function readRest(reader: DerReader, version: number): ReadCertificate['extensions'] {
  if (version > 1) {
    reader.optional(0x81);
    reader.optional(0x82);
  }
  if (version < 3 || reader.isAtEnd) {
    reader.end();
    return NO_EXTENSIONS;
  }
  const inside = reader.inside(contextTag(3), 'its list of extensions');
  const extensions = readExtensions(inside.element(TAG.sequence).content);
  inside.end();
  reader.end();
  return extensions;
}
