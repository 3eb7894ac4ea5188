// Text of a server's bytes: UTF-8 where it is that, else Windows-1252, which is what raw 8-bit headers mostly are.
import { decodeUtf8 } from '@fairlead/bytes';

/** Never fails, never loses a byte's meaning to U+FFFD. */
export function decodeText(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  return decodeUtf8(bytes, start, end) ?? new TextDecoder('latin1').decode(bytes.subarray(start, end));
}
