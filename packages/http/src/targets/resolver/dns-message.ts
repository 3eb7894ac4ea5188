// DNS messages (RFC 1035 section 4) as far as asking for addresses goes: one question out, the addresses of the answer in. Pure.

/** Address records (RFC 1035 section 3.4.1, RFC 3596 section 2.1). */
export type RecordType = 1 | 28;
/** The type of records with an IPv4 address. */
export const TYPE_A = 1;
/** The type of records with an IPv6 address. */
export const TYPE_AAAA = 28;

const CLASS_IN = 1;
const HEADER_BYTES = 12;
/** A record behind its name: type, class, time to live, length of the data (section 3.2.1). */
const RECORD_BYTES = 10;
const MAX_LABEL_BYTES = 63;
const MAX_NAME_BYTES = 255;
const ADDRESS_BYTES: Readonly<Record<RecordType, number>> = { [TYPE_A]: 4, [TYPE_AAAA]: 16 };

const RECURSION_DESIRED = 0x01;
const IS_RESPONSE = 0x80;
const IS_TRUNCATED = 0x02;
const RESPONSE_CODE = 0x0f;
const NO_ERROR = 0;
const NAME_ERROR = 3;
/** The top two bits of a label's length: a pointer (section 4.1.4). */
const POINTER = 0xc0;

/** What an answer says. */
export interface DnsAnswer {
  /** Every address in it, whichever name of a chain of aliases it stands by. */
  readonly addresses: readonly Uint8Array[];
  /** The shortest time to live of its records, in seconds; 0 where there are none. */
  readonly ttlSeconds: number;
}

/**
 * A query for the addresses of a name. Its identifier is 0, as RFC 8484 section 4.1 advises.
 * @param hostname Canonical: ASCII, without a dot at its end.
 * @returns undefined for a name that DNS cannot carry: an empty label, one over 63 bytes, more than 255 bytes.
 */
export function encodeQuery(hostname: string, type: RecordType): Uint8Array<ArrayBuffer> | undefined {
  const labels = hostname.split('.');
  // Each label has its length before it, and the root's empty label ends the name.
  if (hostname.length + 2 > MAX_NAME_BYTES) return undefined;
  if (labels.some((label) => label.length < 1 || label.length > MAX_LABEL_BYTES)) return undefined;
  const bytes = new Uint8Array(HEADER_BYTES + hostname.length + 2 + 4);
  bytes[2] = RECURSION_DESIRED;
  bytes[5] = 1;
  let at = HEADER_BYTES;
  for (const label of labels) {
    bytes[at++] = label.length;
    for (let i = 0; i < label.length; i++) bytes[at++] = label.charCodeAt(i) & 0x7f;
  }
  bytes[at + 2] = type;
  bytes[at + 4] = CLASS_IN;
  return bytes;
}

/**
 * Reads an answer.
 * @returns undefined for anything but a whole answer: a truncated or malformed message, a server's failure. That a name does not
 *   exist is an answer without addresses.
 */
export function decodeAnswer(bytes: Uint8Array, type: RecordType): DnsAnswer | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint8(2);
  const code = view.getUint8(3) & RESPONSE_CODE;
  if ((flags & IS_RESPONSE) === 0 || (flags & IS_TRUNCATED) !== 0) return undefined;
  if (code !== NO_ERROR && code !== NAME_ERROR) return undefined;
  let at = HEADER_BYTES;
  for (let question = view.getUint16(4); question > 0; question--) {
    at = skipName(view, at) + 4;
  }
  if (at > view.byteLength) return undefined;
  const addresses: Uint8Array[] = [];
  let ttlSeconds = Number.POSITIVE_INFINITY;
  for (let record = view.getUint16(6); record > 0; record--) {
    at = skipName(view, at);
    if (at + RECORD_BYTES > view.byteLength) return undefined;
    const length = view.getUint16(at + 8);
    const data = bytes.subarray(at + RECORD_BYTES, at + RECORD_BYTES + length);
    if (data.length < length) return undefined;
    // RFC 2181 section 8: a time to live with its top bit set is 0.
    ttlSeconds = Math.min(ttlSeconds, Math.max(0, view.getInt32(at + 4)));
    if (view.getUint16(at) === type && view.getUint16(at + 2) === CLASS_IN) {
      if (length !== ADDRESS_BYTES[type]) return undefined;
      addresses.push(data.slice());
    }
    at += RECORD_BYTES + length;
  }
  return { addresses, ttlSeconds: Number.isFinite(ttlSeconds) ? ttlSeconds : 0 };
}

/** Where the name at `at` ends. Pointers are not followed: what a record belongs to is not asked. */
function skipName(view: DataView, at: number): number {
  while (at < view.byteLength) {
    const length = view.getUint8(at);
    if (length === 0) return at + 1;
    if ((length & POINTER) === POINTER) return at + 2;
    // The other values of the top two bits are reserved: nothing sensible stands behind them.
    if (length > MAX_LABEL_BYTES) return view.byteLength + 1;
    at += 1 + length;
  }
  return view.byteLength + 1;
}
