// One value of ASN.1's DER (X.690) that private keys are wrapped in. It reads none.
import { concat } from '@fairlead/bytes';

/** The tags that keys have. */
export const TAG = {
  INTEGER: 0x02,
  OCTET_STRING: 0x04,
  OBJECT_IDENTIFIER: 0x06,
  SEQUENCE: 0x30,
} as const;

/** A value of at most 65,535 bytes with its tag and length. */
export function der(tag: number, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const { length } = content;
  const long = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return concat([Uint8Array.of(tag, ...(length < 0x80 ? [length] : long)), content]);
}
