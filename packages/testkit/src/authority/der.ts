// Writes the few ASN.1 DER forms that a certificate is made of (X.690). It reads none.

const SEQUENCE = 0x30;
const SET = 0x31;

/** One DER value: tag, length, contents (X.690 section 8.1). */
export function tlv(tag: number, ...contents: Uint8Array[]): Uint8Array {
  const body = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), length(body.length), body]);
}

function length(size: number): Uint8Array {
  if (size < 0x80) return Buffer.from([size]);
  const digits: number[] = [];
  for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  return Buffer.from([0x80 | digits.length, ...digits]);
}

/** SEQUENCE, in order. */
export function sequence(...items: Uint8Array[]): Uint8Array {
  return tlv(SEQUENCE, ...items);
}

/** SET of one item, which is all that names need. */
export function setOf(item: Uint8Array): Uint8Array {
  return tlv(SET, item);
}

/** A positive INTEGER from its big-endian bytes, in the fewest octets, as DER demands (X.690 section 8.3.2). */
export function positiveInteger(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first === -1 ? bytes.subarray(-1) : bytes.subarray(first);
  const sign = (digits[0] ?? 0) >= 0x80 ? [0] : [];
  return tlv(0x02, Buffer.from(sign), digits);
}

/** OBJECT IDENTIFIER from its dotted form (X.690 section 8.19). */
export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const digits = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
    bytes.push(...digits);
  }
  return tlv(0x06, Buffer.from(bytes));
}

/** UTF8String. */
export function utf8String(text: string): Uint8Array {
  return tlv(0x0c, Buffer.from(text, 'utf8'));
}

/** OCTET STRING. */
export function octetString(bytes: Uint8Array): Uint8Array {
  return tlv(0x04, bytes);
}

/** BIT STRING; `unusedBits` at its end do not count. */
export function bitString(bytes: Uint8Array, unusedBits = 0): Uint8Array {
  return tlv(0x03, Buffer.from([unusedBits]), bytes);
}

/** BOOLEAN TRUE; FALSE is always a default, and so left out. */
export const TRUE: Uint8Array = tlv(0x01, Buffer.from([0xff]));

/** UTCTime, right for the years 1950 to 2049 (RFC 5280 section 4.1.2.5.1). */
export function utcTime(date: Date): Uint8Array {
  const digits = date.toISOString().replace(/[-:T]/g, '');
  return tlv(0x17, Buffer.from(`${digits.slice(2, 14)}Z`, 'ascii'));
}
