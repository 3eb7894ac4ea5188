// Bytes as lines of hexadecimal text, as `hexdump -C` writes them.

/** Bytes of one line. */
export const HEX_LINE = 16;

/** One line: the offset, the bytes, and those that are visible ASCII. @param line From 0. */
export function hexLine(bytes: Uint8Array, line: number): string {
  const part = bytes.subarray(line * HEX_LINE, (line + 1) * HEX_LINE);
  const pairs = Array.from(part, (byte) => byte.toString(16).padStart(2, '0'));
  const left = pairs.slice(0, 8).join(' ').padEnd(23);
  const right = pairs.slice(8).join(' ').padEnd(23);
  const text = Array.from(part, (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.',
  ).join('');
  return `${(line * HEX_LINE).toString(16).padStart(8, '0')}  ${left}  ${right}  |${text}|`;
}
