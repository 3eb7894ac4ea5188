// Extensions (RFC 8446 section 4.2): their numbers, how a block of them is read, and which may stand where.
import { type AlertName, TlsFault } from '../fault.ts';
import type { Cursor } from './cursor.ts';

/** The extensions that are known here, by their IANA numbers. */
export const EXTENSION = {
  server_name: 0,
  status_request: 5,
  supported_groups: 10,
  ec_point_formats: 11,
  signature_algorithms: 13,
  application_layer_protocol_negotiation: 16,
  extended_master_secret: 23,
  session_ticket: 35,
  pre_shared_key: 41,
  early_data: 42,
  supported_versions: 43,
  cookie: 44,
  psk_key_exchange_modes: 45,
  key_share: 51,
  renegotiation_info: 0xff01,
} as const;

/** Extensions by number, each with its data. */
export type Extensions = ReadonlyMap<number, Uint8Array>;

/**
 * Reads a block of extensions behind its length.
 * @param twice The alert where one stands there twice. RFC 8446 names none; these are BoringSSL's.
 * @throws TlsFault `decode_error`, or `twice`.
 */
export function readExtensions(cursor: Cursor, twice: AlertName = 'decode_error'): Extensions {
  const list = cursor.inner(2);
  const extensions = new Map<number, Uint8Array>();
  while (list.left > 0) {
    const type = list.u16();
    const data = list.vector(2);
    if (extensions.has(type)) throw new TlsFault(twice, `extension ${type} is there twice`);
    extensions.set(type, data);
  }
  return extensions;
}

/**
 * Refuses extensions that answer nothing, or that stand in the wrong message.
 * @param what The message, for the fault.
 * @param offered What ClientHello (or CertificateRequest) held.
 * @param allowed What may stand in this message.
 * @throws TlsFault `unsupported_extension`
 */
export function checkExtensions(
  what: string,
  extensions: Extensions,
  offered: ReadonlySet<number>,
  allowed: readonly number[],
): void {
  for (const type of extensions.keys()) {
    if (!offered.has(type)) {
      throw new TlsFault('unsupported_extension', `${what} has extension ${type}, which was not offered`);
    }
    if (!allowed.includes(type)) {
      throw new TlsFault('unsupported_extension', `${what} may not hold extension ${type}`);
    }
  }
}
