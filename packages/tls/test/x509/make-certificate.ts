// Makes keys and certificates for tests, by WebCrypto: what a caller does not name is as a good authority would write it.
import { fromHex, toBase64 } from '@fairlead/bytes';
import {
  bits,
  boolean,
  context,
  element,
  integer,
  namedBits,
  octets,
  oid,
  primitive,
  sequence,
  set,
  text,
  time,
} from './der-writer.ts';

/** The keys that can be made. */
export type TestKeyKind = 'ec-p256' | 'ec-p384' | 'ec-p521' | 'ed25519' | 'rsa' | 'rsa-1024' | 'rsa-4096';

/** A key pair. */
export interface TestKey {
  readonly kind: TestKeyKind;
  readonly privateKey: CryptoKey;
  readonly spki: Uint8Array;
}

/** One certificate that was made. */
export interface TestCertificate {
  readonly der: Uint8Array;
  readonly pem: string;
  readonly key: TestKey;
  /** The Name, DER. */
  readonly subject: Uint8Array;
}

/** What a certificate says. */
export interface CertificateOptions {
  /** `CN=a,O=b`, in the order of writing; a Name in DER; empty text for none. Default `CN=test`. */
  readonly subject?: string | Uint8Array;
  /** Who signs. Default: itself. */
  readonly signer?: Pick<TestCertificate, 'key' | 'subject'>;
  /** Default: the signer's subject. */
  readonly issuer?: string | Uint8Array;
  /** Default: a new P-256 key. */
  readonly key?: TestKey;
  /** An authority's basicConstraints and keyUsage. Default false. */
  readonly ca?: boolean;
  readonly pathLength?: number;
  /** DNS names and IP addresses as text (`DNS:` and `IP:` in front), or GeneralNames in DER. */
  readonly san?: readonly (string | Uint8Array)[];
  readonly sanCritical?: boolean;
  /** Bits of keyUsage; `false` for none at all. Default: keyCertSign and cRLSign for authorities, digitalSignature else. */
  readonly keyUsage?: readonly number[] | false;
  /** Object identifiers. Default: none. */
  readonly extKeyUsage?: readonly string[];
  /** GeneralNames by `permittedSubtrees` and `excludedSubtrees`. */
  readonly nameConstraints?: {
    readonly permitted?: readonly Uint8Array[];
    readonly excluded?: readonly Uint8Array[];
  };
  /** Further extensions, by `extension()`. */
  readonly extensions?: readonly Uint8Array[];
  /** Instead of all extensions; empty for none. */
  readonly onlyExtensions?: readonly Uint8Array[];
  /** Default: an hour ago, and in a day. */
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly serial?: Uint8Array;
  /** 2 is version 3; 0 is left out, as DER wants it. */
  readonly version?: number;
  /** RSA signs by PSS. Default false. */
  readonly pss?: boolean;
  readonly hash?: 'SHA-256' | 'SHA-384' | 'SHA-512' | 'SHA-1';
  /** AlgorithmIdentifier inside, where it is not the outer one. */
  readonly innerAlgorithm?: Uint8Array;
  /** Changes TBSCertificate before it is signed. */
  readonly mutate?: (tbs: Uint8Array) => Uint8Array;
}

const CURVES: Readonly<Record<string, string>> = {
  'ec-p256': 'P-256',
  'ec-p384': 'P-384',
  'ec-p521': 'P-521',
};
const RSA_BITS: Readonly<Record<string, number>> = { rsa: 2048, 'rsa-1024': 1024, 'rsa-4096': 4096 };
const ATTRIBUTES: Readonly<Record<string, string>> = {
  CN: '2.5.4.3',
  C: '2.5.4.6',
  L: '2.5.4.7',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  DC: '0.9.2342.19200300.100.1.25',
  emailAddress: '1.2.840.113549.1.9.1',
};
/** By hash: the last number of ecdsa-with-..., of ...WithRSAEncryption, of the hash itself, and the salt's length. */
const HASHES = {
  'SHA-256': ['1.2.840.10045.4.3.2', '1.2.840.113549.1.1.11', '2.16.840.1.101.3.4.2.1', 32],
  'SHA-384': ['1.2.840.10045.4.3.3', '1.2.840.113549.1.1.12', '2.16.840.1.101.3.4.2.2', 48],
  'SHA-512': ['1.2.840.10045.4.3.4', '1.2.840.113549.1.1.13', '2.16.840.1.101.3.4.2.3', 64],
  'SHA-1': ['1.2.840.10045.4.1', '1.2.840.113549.1.1.5', '1.3.14.3.2.26', 20],
} as const;

/** A key pair. RSA keys sign by PKCS#1 and by PSS. */
export async function makeKey(kind: TestKeyKind = 'ec-p256'): Promise<TestKey> {
  const pair = (await crypto.subtle.generateKey(keyAlgorithm(kind), true, [
    'sign',
    'verify',
  ])) as CryptoKeyPair;
  const spki = new Uint8Array((await crypto.subtle.exportKey('spki', pair.publicKey)) as ArrayBuffer);
  return { kind, privateKey: pair.privateKey, spki };
}

function keyAlgorithm(kind: TestKeyKind): SubtleCryptoGenerateKeyAlgorithm {
  if (kind === 'ed25519') return { name: 'Ed25519' };
  const namedCurve = CURVES[kind];
  if (namedCurve !== undefined) return { name: 'ECDSA', namedCurve };
  return {
    name: 'RSASSA-PKCS1-v1_5',
    modulusLength: RSA_BITS[kind] ?? 2048,
    publicExponent: Uint8Array.of(1, 0, 1),
    hash: 'SHA-256',
  };
}

/** PKCS#8 in PEM. */
export async function privatePem({ privateKey }: TestKey): Promise<string> {
  return pem(
    'PRIVATE KEY',
    new Uint8Array((await crypto.subtle.exportKey('pkcs8', privateKey)) as ArrayBuffer),
  );
}

/** PEM with lines of 64 characters. */
export function pem(label: string, der: Uint8Array): string {
  const lines = toBase64(der).replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

/** A Name of `CN=a,O=b`, one attribute an RDN, in the order of writing. */
export function nameOf(dn: string, tag = 0x0c): Uint8Array {
  const parts = dn === '' ? [] : dn.split(',');
  return sequence(
    ...parts.map((part) => {
      const [type = '', value = ''] = part.split('=');
      return set(sequence(oid(ATTRIBUTES[type] ?? type), text(value, tag)));
    }),
  );
}

/** A GeneralName of `DNS:a`, `IP:10.0.0.1`, `IP:20010db8...` (hex), `email:a@b`, `URI:...`, `DirName:CN=a`. */
export function generalName(name: string): Uint8Array {
  const [, form = 'DNS', value = name] = /^(DNS|IP|email|URI|DirName):(.*)$/s.exec(name) ?? [];
  if (form === 'DirName') return context(4, nameOf(value));
  if (form === 'IP') {
    const v4 = value.split('.').map(Number);
    return primitive(7, v4.length > 1 ? Uint8Array.from(v4) : (fromHex(value) ?? new Uint8Array(0)));
  }
  const tag = { DNS: 2, email: 1, URI: 6 }[form] ?? 2;
  return primitive(tag, new TextEncoder().encode(value));
}

/** One Extension. */
export function extension(id: string, value: Uint8Array, critical = false): Uint8Array {
  return critical ? sequence(oid(id), boolean(true), octets(value)) : sequence(oid(id), octets(value));
}

/** A certificate, signed. */
export async function makeCertificate(options: CertificateOptions = {}): Promise<TestCertificate> {
  const key = options.key ?? (await makeKey());
  const subject = asName(options.subject ?? 'CN=test');
  const signer = options.signer ?? { key, subject };
  const algorithm = signatureAlgorithm(signer.key, options);
  const extensions = options.onlyExtensions ?? extensionsOf(options);
  const version = options.version ?? 2;
  const whole = sequence(
    ...(version === 0 ? [] : [context(0, integer(version))]),
    options.serial === undefined
      ? integer(Uint8Array.of(1, ...crypto.getRandomValues(new Uint8Array(8))))
      : element(2, options.serial),
    options.innerAlgorithm ?? algorithm,
    options.issuer === undefined ? signer.subject : asName(options.issuer),
    sequence(
      time(options.notBefore ?? new Date(Date.now() - 3_600_000)),
      time(options.notAfter ?? new Date(Date.now() + 86_400_000)),
    ),
    subject,
    key.spki,
    ...(extensions.length > 0 ? [context(3, sequence(...extensions))] : []),
  );
  const tbs = options.mutate?.(whole) ?? whole;
  const der = sequence(tbs, algorithm, bits(await sign(signer.key, options, tbs)));
  return { der, pem: pem('CERTIFICATE', der), key, subject };
}

function asName(name: string | Uint8Array): Uint8Array {
  return typeof name === 'string' ? nameOf(name) : name;
}

function extensionsOf(options: CertificateOptions): Uint8Array[] {
  const { ca = false, pathLength, san, sanCritical, extKeyUsage, nameConstraints: constraints } = options;
  const usage = options.keyUsage ?? (ca ? [5, 6] : [0]);
  const found: Uint8Array[] = [];
  if (ca) {
    const length = pathLength === undefined ? [] : [integer(pathLength)];
    found.push(extension('2.5.29.19', sequence(boolean(true), ...length), true));
  }
  if (usage !== false) found.push(extension('2.5.29.15', namedBits(...usage), true));
  if (san !== undefined) {
    const names = san.map((name) => (typeof name === 'string' ? generalName(name) : name));
    found.push(extension('2.5.29.17', sequence(...names), sanCritical));
  }
  if (extKeyUsage !== undefined) found.push(extension('2.5.29.37', sequence(...extKeyUsage.map(oid))));
  if (constraints !== undefined) found.push(extension('2.5.29.30', subtrees(constraints), true));
  return [...found, ...(options.extensions ?? [])];
}

function subtrees({ permitted, excluded }: NonNullable<CertificateOptions['nameConstraints']>): Uint8Array {
  return sequence(
    ...(permitted ? [context(0, ...permitted.map((name) => sequence(name)))] : []),
    ...(excluded ? [context(1, ...excluded.map((name) => sequence(name)))] : []),
  );
}

function signatureAlgorithm({ kind }: TestKey, { hash = 'SHA-256', pss }: CertificateOptions): Uint8Array {
  const [ecdsa, rsa, hashId, salt] = HASHES[hash];
  if (kind === 'ed25519') return sequence(oid('1.3.101.112'));
  if (kind.startsWith('ec-')) return sequence(oid(ecdsa));
  if (!pss) return sequence(oid(rsa), element(5));
  const hashAlgorithm = sequence(oid(hashId), element(5));
  const mgf = sequence(oid('1.2.840.113549.1.1.8'), hashAlgorithm);
  const parameters = sequence(context(0, hashAlgorithm), context(1, mgf), context(2, integer(salt)));
  return sequence(oid('1.2.840.113549.1.1.10'), parameters);
}

async function sign(
  key: TestKey,
  { hash = 'SHA-256', pss }: CertificateOptions,
  data: Uint8Array,
): Promise<Uint8Array> {
  if (key.kind === 'ed25519') return subtleSign({ name: 'Ed25519' }, key.privateKey, data);
  if (key.kind.startsWith('ec-')) {
    const raw = await subtleSign({ name: 'ECDSA', hash }, key.privateKey, data);
    const half = raw.length / 2;
    return sequence(...[raw.subarray(0, half), raw.subarray(half)].map((number) => integer(trimmed(number))));
  }
  const algorithm = pss
    ? { name: 'RSA-PSS', hash, saltLength: HASHES[hash][3] }
    : { name: 'RSASSA-PKCS1-v1_5', hash };
  const pkcs8 = (await crypto.subtle.exportKey('pkcs8', key.privateKey)) as ArrayBuffer;
  const own = await crypto.subtle.importKey('pkcs8', pkcs8, { name: algorithm.name, hash }, false, ['sign']);
  return subtleSign(algorithm, own, data);
}

async function subtleSign(
  algorithm: SubtleCryptoSignAlgorithm,
  key: CryptoKey,
  data: Uint8Array,
): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign(algorithm, key, data));
}

function trimmed(number: Uint8Array): Uint8Array {
  const first = number.findIndex((byte) => byte !== 0);
  return number.subarray(first < 0 ? number.length - 1 : first);
}
