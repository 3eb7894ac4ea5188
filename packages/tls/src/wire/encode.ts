// Writes the numbers and vectors of TLS's presentation language (RFC 8446 section 3). The pieces are put together by `concat`.
import { concat } from '@fairlead/bytes';
import { TlsFault } from '../fault.ts';

/** One byte. */
export function u8(value: number): Uint8Array {
  return Uint8Array.of(value);
}

/** Two bytes each. */
export function u16(...values: number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [value >>> 8, value & 0xff]));
}

/** Four bytes. */
export function u32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

/**
 * The parts behind their common length, which takes `lengthBytes` bytes.
 * @throws TlsFault where they are longer than that can say.
 */
export function vector(lengthBytes: 1 | 2 | 3, ...parts: Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  if (length >= 256 ** lengthBytes) throw new TlsFault('internal_error', 'a message is too long for TLS');
  const prefix = Uint8Array.of(length >>> 16, length >>> 8, length).subarray(3 - lengthBytes);
  return concat([prefix, ...parts]);
}

/** A handshake message: its type, its length in three bytes, its body (RFC 8446 section 4). */
export function message(type: number, ...body: Uint8Array[]): Uint8Array {
  return concat([u8(type), vector(3, ...body)]);
}

/** An extension: its type, its length in two bytes, its data (RFC 8446 section 4.2). */
export function extension(type: number, ...data: Uint8Array[]): Uint8Array {
  return concat([u16(type), vector(2, ...data)]);
}
