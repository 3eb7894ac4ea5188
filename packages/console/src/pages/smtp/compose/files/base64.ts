// Base64 of bytes of any length, and how many bytes fit into a request as base64.

/** `String.fromCharCode` takes so many arguments everywhere. */
const PIECE = 0x6000;
/** A mail's text, addresses and names of files beside its attachments. */
const REST_BYTES = 65_536;

/** Bytes as base64. */
export function encodeBase64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  // A multiple of three: only the last piece ends in padding.
  for (let at = 0; at < bytes.length; at += PIECE)
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE))));
  return pieces.join('');
}

/** How many bytes of attachments fit into a request of at most `maxBodyBytes`. */
export function attachmentRoom(maxBodyBytes: number): number {
  return Math.max(0, Math.floor(((maxBodyBytes - REST_BYTES) * 3) / 4));
}
