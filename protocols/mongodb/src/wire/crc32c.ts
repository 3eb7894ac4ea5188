// CRC-32C (RFC 3720 section 12.1), the checksum of OP_MSG. The table is made when a server first sends one.

const POLYNOMIAL = 0x82f63b78;

let table: Int32Array | undefined;

function makeTable(): Int32Array {
  return Int32Array.from({ length: 256 }, (_none, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    return crc;
  });
}

/** The checksum of the first `length` bytes, as a signed int32. */
export function crc32c(bytes: Uint8Array, length: number): number {
  table ??= makeTable();
  let crc = -1;
  for (let at = 0; at < length; at++) {
    crc = (crc >>> 8) ^ (table[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
  }
  return ~crc;
}
