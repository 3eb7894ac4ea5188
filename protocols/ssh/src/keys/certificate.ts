// OpenSSH's certificates (PROTOCOL.certkeys). It checks their form and their signature; whose they are decides the caller.
import { protocolError } from '../errors.ts';
import { SshReader } from '../wire/ssh-reader.ts';
import { SshWriter } from '../wire/ssh-writer.ts';
import { decodePublicKey, type PublicKey, readPublicFields } from './public-key.ts';
import { verifySignature } from './signature.ts';
import { CERTIFICATE_SUFFIX, plainAlgorithm } from './signature-methods.ts';

/** As in OpenSSH. */
const MAX_PRINCIPALS = 256;
const MAX_BLOB_BYTES = 8_192;

/** A key with what its authority says of it. */
export interface Certificate {
  /** The key that was certified, by itself. */
  readonly key: PublicKey;
  readonly kind: 'user' | 'host';
  readonly principals: readonly string[];
  /** Seconds since 1970; it counts from here on. */
  readonly validAfter: bigint;
  /** Seconds since 1970; it counts up to here. */
  readonly validBefore: bigint;
  /** The names of its critical options. */
  readonly criticalOptions: readonly string[];
  readonly authority: PublicKey;
  readonly signature: Uint8Array;
  /** What the authority signed. */
  readonly signed: Uint8Array;
}

/** Reads a certificate. @throws FairleadError `protocol` for one that is not valid. */
export function decodeCertificate(blob: Uint8Array): Certificate {
  const reader = new SshReader(blob);
  const name = reader.name();
  const type = plainAlgorithm(name);
  if (type === name) throw protocolError('A key is not a certificate');
  reader.string(); // nonce
  const from = blob.length - reader.left;
  const jwk = readPublicFields(reader, type);
  const key = { type, blob: plainBlob(type, blob.subarray(from, blob.length - reader.left)), jwk };
  reader.u64(); // serial
  const kind = kindOf(reader.u32());
  reader.string(); // key id
  const principals = readPrincipals(reader.string());
  const validAfter = reader.u64();
  const validBefore = reader.u64();
  const criticalOptions = readOptionNames(reader.string());
  readOptionNames(reader.string()); // extensions
  reader.string(); // reserved
  const authority = decodePublicKey(reader.string());
  const signed = blob.subarray(0, blob.length - reader.left);
  const signature = reader.string();
  reader.end();
  return { key, kind, principals, validAfter, validBefore, criticalOptions, authority, signature, signed };
}

/** @throws FairleadError `protocol` where the authority has not signed it, or with SHA-1. */
export async function verifyCertificate({ authority, signature, signed }: Certificate): Promise<void> {
  const algorithm = new SshReader(signature).name();
  if (algorithm === 'ssh-rsa') throw protocolError('A certificate is signed with SHA-1');
  await verifySignature(authority, algorithm, signed, signature);
}

/** Whether `type` is a certificate's. */
export function isCertificate(type: string): boolean {
  return type.endsWith(CERTIFICATE_SUFFIX);
}

function plainBlob(type: string, fields: Uint8Array): Uint8Array {
  const writer = new SshWriter(MAX_BLOB_BYTES);
  writer.string(type);
  writer.raw(fields);
  return writer.take();
}

function kindOf(value: number): 'user' | 'host' {
  if (value === 1) return 'user';
  if (value === 2) return 'host';
  throw protocolError('A certificate is neither of a user nor of a host');
}

function readPrincipals(list: Uint8Array): readonly string[] {
  const reader = new SshReader(list);
  const principals: string[] = [];
  while (reader.left > 0) {
    if (principals.length === MAX_PRINCIPALS) throw protocolError('A certificate has too many principals');
    principals.push(reader.name());
  }
  return principals;
}

/** Names with their data. */
function readOptionNames(list: Uint8Array): readonly string[] {
  const reader = new SshReader(list);
  const names: string[] = [];
  while (reader.left > 0) {
    names.push(reader.name());
    reader.string();
  }
  return names;
}
