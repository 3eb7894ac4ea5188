// bytea as `pg` has it: a `Buffer` where the runtime has one, else a `Uint8Array`. It reads bytea_output `hex` and `escape`.

/** What of Node's `Buffer` is used. */
interface BufferMaker {
  from(bytes: ArrayBuffer, start: number, length: number): Uint8Array;
}

/** The same bytes as a `Buffer`, where there is one: in Node, and in Workers with `nodejs_compat`. */
function asBuffer(bytes: Uint8Array<ArrayBuffer>): Uint8Array {
  const { Buffer } = globalThis as { Buffer?: BufferMaker };
  return Buffer === undefined ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Reads `\x0aff`, or the older `a\012b\\`. */
export function parseBytea(text: string): Uint8Array {
  if (text.startsWith('\\x')) {
    const bytes = new Uint8Array((text.length - 2) >> 1);
    for (let i = 0; i < bytes.length; i += 1)
      bytes[i] = Number.parseInt(text.slice(2 + 2 * i, 4 + 2 * i), 16);
    return asBuffer(bytes);
  }
  const plain = text.replace(/\\(?:([0-7]{3})|\\)/g, (_, octal?: string) =>
    octal === undefined ? '\\' : String.fromCharCode(Number.parseInt(octal, 8)),
  );
  return asBuffer(Uint8Array.from(plain, (character) => character.charCodeAt(0)));
}
