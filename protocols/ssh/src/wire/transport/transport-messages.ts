// DISCONNECT, UNIMPLEMENTED, EXT_INFO and the messages of an exchange (RFC 4253 section 11, RFC 8308, RFC 5656 section 4).
import * as TRANSPORT from '../numbers/transport.ts';
import { SshReader } from '../ssh-reader.ts';
import { SshWriter } from '../ssh-writer.ts';

const MAX_BYTES = 65_536;
/** Extensions of one EXT_INFO that are read. */
const MAX_EXTENSIONS = 64;

/** Reason codes of DISCONNECT (RFC 4253 section 11.1) that have a meaning here. */
export const DISCONNECT_BY_APPLICATION = 11;

/** Why a side ends the connection. */
export interface Disconnect {
  readonly reason: number;
  readonly description: string;
}

/** A server's half of an exchange. */
export interface KexReply {
  readonly hostKey: Uint8Array;
  readonly serverValue: Uint8Array;
  readonly signature: Uint8Array;
}

/** NEWKEYS has nothing but its number. */
export const NEWKEYS: Uint8Array = /* @__PURE__ */ Uint8Array.of(TRANSPORT.NEWKEYS);

/** @returns The payload. */
export function encodeDisconnect({ reason, description }: Disconnect): Uint8Array {
  const writer = new SshWriter(MAX_BYTES);
  writer.u8(TRANSPORT.DISCONNECT);
  writer.u32(reason);
  writer.string(description);
  writer.string('');
  return writer.take();
}

/** @param payload With its message number. Control characters are taken out of the description. @throws FairleadError `protocol`. */
export function decodeDisconnect(payload: Uint8Array): Disconnect {
  const reader = new SshReader(payload);
  reader.u8();
  const reason = reader.u32();
  return { reason, description: printable(reader.name()) };
}

/** @returns The payload. */
export function encodeUnimplemented(sequence: number): Uint8Array {
  const writer = new SshWriter(MAX_BYTES);
  writer.u8(TRANSPORT.UNIMPLEMENTED);
  writer.u32(sequence);
  return writer.take();
}

/** @returns KEX_ECDH_INIT. */
export function encodeKexValue(clientValue: Uint8Array): Uint8Array {
  const writer = new SshWriter(MAX_BYTES);
  writer.u8(TRANSPORT.KEX_ECDH_INIT);
  writer.string(clientValue);
  return writer.take();
}

/** @param payload KEX_ECDH_REPLY. @returns Views into it. @throws FairleadError `protocol`. */
export function decodeKexReply(payload: Uint8Array): KexReply {
  const reader = new SshReader(payload);
  reader.u8();
  const hostKey = reader.string();
  const serverValue = reader.string();
  const signature = reader.string();
  reader.end();
  return { hostKey, serverValue, signature };
}

/** @param payload EXT_INFO. @returns The names of `server-sig-algs`; undefined without that extension. @throws FairleadError `protocol`. */
export function decodeSignatureAlgorithms(payload: Uint8Array): readonly string[] | undefined {
  const reader = new SshReader(payload);
  reader.u8();
  let algorithms: readonly string[] | undefined;
  for (let left = Math.min(reader.u32(), MAX_EXTENSIONS); left > 0; left--) {
    const isTheOne = reader.name() === 'server-sig-algs';
    const value = reader.name();
    if (isTheOne) algorithms = value === '' ? [] : value.split(',');
  }
  return algorithms;
}

/** A peer's text for a message: ASCII that can be printed, 200 characters at most. */
export function printable(text: string): string {
  return text.slice(0, 200).replace(/[^ -~]/g, '');
}
