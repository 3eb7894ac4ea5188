// X.509 v3 certificates for tests (RFC 5280): ECDSA on P-256, made in this process. For nothing but tests.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { isIP } from 'node:net';
import {
  bitString,
  octetString,
  oid,
  positiveInteger,
  sequence,
  setOf,
  TRUE,
  tlv,
  utcTime,
  utf8String,
} from './der.ts';

const HOUR_MS = 3_600_000;
const ECDSA_WITH_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
const EXTENSION = {
  subjectKey: '2.5.29.14',
  authorityKey: '2.5.29.35',
  keyUsage: '2.5.29.15',
  names: '2.5.29.17',
  constraints: '2.5.29.19',
  purposes: '2.5.29.37',
};
const PURPOSES = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' };
const COMMON_NAME = '2.5.4.3';

/** A certificate and its private key, both PEM. */
export interface KeyAndCertificate {
  readonly key: string;
  readonly cert: string;
}

/** What a certificate says. */
export interface CertificateOptions {
  /** Host names and IP addresses it is for. */
  readonly names: readonly string[];
  /** Default: an hour ago. */
  readonly notBefore?: Date;
  /** Default: in one day. */
  readonly notAfter?: Date;
  /** Whom it may authenticate. Default `server`. */
  readonly purpose?: 'server' | 'client';
}

/** Signs certificates. */
export interface Issuer {
  readonly name: string;
  readonly privateKey: KeyObject;
}

interface Contents extends CertificateOptions {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly isAuthority: boolean;
}

/** A self-signed authority of that name. */
export function createAuthority(name: string): KeyAndCertificate & Issuer {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const contents = { subject: name, publicKey, isAuthority: true, names: [] };
  return {
    name,
    privateKey,
    key: pemKey(privateKey),
    cert: signCertificate(contents, { name, privateKey }),
  };
}

/** The authority of that name whose key was stored as PEM. */
export function issuerFromPem(name: string, key: string): Issuer {
  return { name, privateKey: createPrivateKey(key) };
}

/** A server's or a client's certificate, signed by `issuer`. */
export function issueCertificate(issuer: Issuer, options: CertificateOptions): KeyAndCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const contents = { ...options, subject: options.names[0] ?? 'test', publicKey, isAuthority: false };
  return { key: pemKey(privateKey), cert: signCertificate(contents, issuer) };
}

function pemKey(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function signCertificate(contents: Contents, issuer: Issuer): string {
  const notBefore = contents.notBefore ?? new Date(Date.now() - HOUR_MS);
  const notAfter = contents.notAfter ?? new Date(Date.now() + 24 * HOUR_MS);
  const body = sequence(
    tlv(0xa0, positiveInteger(Buffer.from([2]))), // version 3
    positiveInteger(randomBytes(8)),
    ECDSA_WITH_SHA256,
    commonName(issuer.name),
    sequence(utcTime(notBefore), utcTime(notAfter)),
    commonName(contents.subject),
    contents.publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(...keyIdentifiers(contents, issuer), ...extensions(contents))),
  );
  const certificate = sequence(body, ECDSA_WITH_SHA256, bitString(sign('sha256', body, issuer.privateKey)));
  const base64 = Buffer.from(certificate).toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${base64.trimEnd()}\n-----END CERTIFICATE-----\n`;
}

function commonName(name: string): Uint8Array {
  return sequence(setOf(sequence(oid(COMMON_NAME), utf8String(name))));
}

/** Which keys signed and are signed for (RFC 5280 sections 4.2.1.1 and 4.2.1.2): strict verifiers insist on them. */
function keyIdentifiers(contents: Contents, issuer: Issuer): Uint8Array[] {
  const own = octetString(keyIdentifier(contents.publicKey));
  const authority = sequence(tlv(0x80, keyIdentifier(createPublicKey(issuer.privateKey))));
  return [
    sequence(oid(EXTENSION.subjectKey), octetString(own)),
    sequence(oid(EXTENSION.authorityKey), octetString(authority)),
  ];
}

function keyIdentifier(key: KeyObject): Uint8Array {
  return createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();
}

function extensions({ isAuthority, names, purpose = 'server' }: Contents): Uint8Array[] {
  const critical = (id: string, value: Uint8Array) => sequence(oid(id), TRUE, octetString(value));
  if (isAuthority) {
    // keyCertSign (bit 5) and cRLSign (bit 6), RFC 5280 section 4.2.1.3
    return [
      critical(EXTENSION.constraints, sequence(TRUE)),
      critical(EXTENSION.keyUsage, bitString(Buffer.from([0x06]), 1)),
    ];
  }
  return [
    critical(EXTENSION.constraints, sequence()),
    critical(EXTENSION.keyUsage, bitString(Buffer.from([0x80]), 7)),
    sequence(oid(EXTENSION.purposes), octetString(sequence(oid(PURPOSES[purpose])))),
    sequence(oid(EXTENSION.names), octetString(sequence(...names.map(generalName)))),
  ];
}

/** dNSName [2] or iPAddress [7] (RFC 5280 section 4.2.1.6). */
function generalName(name: string): Uint8Array {
  const family = isIP(name);
  if (family === 0) return tlv(0x82, Buffer.from(name, 'ascii'));
  return tlv(0x87, family === 4 ? Buffer.from(name.split('.').map(Number)) : ipv6Bytes(name));
}

function ipv6Bytes(address: string): Uint8Array {
  const [head = '', tail] = address.split('::');
  const groups = (part: string) =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const all = [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
