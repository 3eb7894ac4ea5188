// Handshake messages of TLS 1.3 behind ServerHello (RFC 8446 section 4.3 to 4.6): read strictly, and the few that a client
// sends. Nothing is decided here but what the syntax and the places of extensions say.
import { concat, equalBytes } from '@fairlead/bytes';
import { illegal, TlsFault } from '../fault.ts';
import { Cursor } from './cursor.ts';
import { extension, message, u8, u16, vector } from './encode.ts';
import { checkExtensions, EXTENSION, type Extensions, readExtensions } from './extensions.ts';

/** The types of handshake messages. */
export const HANDSHAKE = {
  hello_request: 0,
  client_hello: 1,
  server_hello: 2,
  new_session_ticket: 4,
  encrypted_extensions: 8,
  certificate: 11,
  server_key_exchange: 12,
  certificate_request: 13,
  server_hello_done: 14,
  certificate_verify: 15,
  client_key_exchange: 16,
  finished: 20,
  key_update: 24,
  message_hash: 254,
} as const;

/** As `x509/verify.ts` has it. */
const MAX_CERTIFICATES = 10;
const NOTHING: ReadonlySet<number> = new Set();

/** The name of a type of handshake message, for faults. */
export function messageName(type: number | undefined): string {
  const found = Object.entries(HANDSHAKE).find(([, number]) => number === type);
  return found?.[0] ?? `message ${type}`;
}

/**
 * The body of a message that has to be of that type.
 * @throws TlsFault `unexpected_message`
 */
export function bodyOf(whole: Uint8Array, type: keyof typeof HANDSHAKE): Cursor {
  if (whole[0] !== HANDSHAKE[type]) {
    throw new TlsFault('unexpected_message', `${messageName(whole[0])} came where ${type} has to`);
  }
  return new Cursor(whole.subarray(4), type);
}

/**
 * Reads EncryptedExtensions.
 * @param offered What ClientHello held.
 * @param alpn What it offered of application protocols.
 * @returns The application protocol that was chosen.
 */
export function readEncryptedExtensions(
  whole: Uint8Array,
  offered: ReadonlySet<number>,
  alpn: readonly string[],
): string | undefined {
  const body = bodyOf(whole, 'encrypted_extensions');
  const extensions = readExtensions(body);
  body.end();
  const { server_name, supported_groups, application_layer_protocol_negotiation } = EXTENSION;
  const allowed = [server_name, supported_groups, application_layer_protocol_negotiation];
  checkExtensions('EncryptedExtensions', extensions, offered, allowed);
  new Cursor(extensions.get(server_name) ?? new Uint8Array(0), 'server_name').end();
  const groups = extensions.get(supported_groups);
  if (groups !== undefined) {
    const cursor = new Cursor(groups, 'supported_groups');
    cursor.numbers();
    cursor.end();
  }
  return readAlpn(extensions, alpn);
}

/**
 * The application protocol in a server's extensions, RFC 7301 section 3.1: one, out of those that were offered.
 * @throws TlsFault
 */
export function readAlpn(extensions: Extensions, offered: readonly string[]): string | undefined {
  const data = extensions.get(EXTENSION.application_layer_protocol_negotiation);
  if (data === undefined) return undefined;
  const cursor = new Cursor(data, 'ALPN');
  const list = cursor.inner(2, 2);
  const chosen = list.vector(1, 1);
  list.end();
  cursor.end();
  const encoder = new TextEncoder();
  const known = offered.find((name) => equalBytes(encoder.encode(name), chosen));
  if (known === undefined) throw illegal('the server chose an application protocol that was not offered');
  return known;
}

/** What a server wants of a client's certificate. */
export interface CertificateRequest {
  /** The schemes that it takes, by number. */
  readonly schemes: readonly number[];
}

/** Reads CertificateRequest. Extensions that are not known mean nothing (section 4.3.2). */
export function readCertificateRequest(whole: Uint8Array): CertificateRequest {
  const body = bodyOf(whole, 'certificate_request');
  if (body.vector(1).length > 0) throw illegal('CertificateRequest has a context, during the handshake');
  const extensions = readExtensions(body);
  body.end();
  const algorithms = extensions.get(EXTENSION.signature_algorithms);
  if (algorithms === undefined) {
    throw new TlsFault('missing_extension', 'CertificateRequest does not say which signatures it takes');
  }
  const cursor = new Cursor(algorithms, 'signature_algorithms');
  const schemes = cursor.numbers();
  cursor.end();
  return { schemes };
}

/** Reads Certificate. @returns The certificates, DER, 1 to 11: more than 10 are refused where they are verified. */
export function readCertificates(whole: Uint8Array): Uint8Array[] {
  const body = bodyOf(whole, 'certificate');
  if (body.vector(1).length > 0) throw illegal('Certificate has a context, during the handshake');
  const list = body.inner(3);
  body.end();
  const chain: Uint8Array[] = [];
  // With one too many the chain is refused where it is verified: thousands of empty ones are not read for that.
  while (list.left > 0 && chain.length <= MAX_CERTIFICATES) {
    chain.push(list.vector(3, 1));
    checkExtensions('Certificate', readExtensions(list), NOTHING, []);
  }
  if (chain.length === 0) throw new TlsFault('decode_error', 'the server sent no certificate');
  return chain;
}

/** Reads CertificateVerify. */
export function readCertificateVerify(whole: Uint8Array): { scheme: number; signature: Uint8Array } {
  const body = bodyOf(whole, 'certificate_verify');
  const scheme = body.u16();
  const signature = body.vector(2);
  body.end();
  return { scheme, signature };
}

/** A NewSessionTicket, section 4.6.1. */
export interface NewSessionTicket {
  readonly lifetimeSeconds: number;
  readonly ageAdd: number;
  readonly nonce: Uint8Array;
  readonly ticket: Uint8Array;
}

/** Reads NewSessionTicket. Its extensions are passed over: early data, which is never sent, and unknown ones. */
export function readNewSessionTicket(whole: Uint8Array): NewSessionTicket {
  const body = bodyOf(whole, 'new_session_ticket');
  const lifetimeSeconds = body.u32();
  const ageAdd = body.u32();
  const nonce = body.vector(1);
  const ticket = body.vector(2, 1);
  readExtensions(body, 'illegal_parameter');
  body.end();
  return { lifetimeSeconds, ageAdd, nonce, ticket };
}

/** Reads KeyUpdate. @returns Whether the other direction has to have new keys too. */
export function readKeyUpdate(whole: Uint8Array): boolean {
  const body = bodyOf(whole, 'key_update');
  const request = body.u8();
  body.end();
  if (request > 1) throw illegal(`KeyUpdate asks for ${request}`);
  return request === 1;
}

/** A KeyUpdate that asks for nothing. */
export function keyUpdate(): Uint8Array {
  return message(HANDSHAKE.key_update, u8(0));
}

/** A client's Certificate; with no certificates where it has none. */
export function certificate(chain: readonly Uint8Array[]): Uint8Array {
  const entries = chain.map((der) => concat([vector(3, der), vector(2)]));
  return message(HANDSHAKE.certificate, vector(1), vector(3, ...entries));
}

/** CertificateVerify. */
export function certificateVerify(scheme: number, signature: Uint8Array): Uint8Array {
  return message(HANDSHAKE.certificate_verify, u16(scheme), vector(2, signature));
}

/** ALPN as an extension of ClientHello. */
export function alpnExtension(names: readonly string[]): Uint8Array {
  const encoder = new TextEncoder();
  const list = names.map((name) => vector(1, encoder.encode(name)));
  return extension(EXTENSION.application_layer_protocol_negotiation, vector(2, ...list));
}
