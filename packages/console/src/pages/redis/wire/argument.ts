// What a command is made of: text, or bytes where they are no text. Names and values keep every byte that way.

/** Text where the bytes are UTF-8; else the bytes. */
export type Argument = string | Uint8Array<ArrayBuffer>;

/** A command with its arguments. */
export type Command = readonly Argument[];

/** Begins the identifiers of bytes. No text that was UTF-8 has a lone surrogate. */
const BYTES = '\ud800';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Bytes as text where they are UTF-8, else as they are. */
export function argumentOf(bytes: Uint8Array): Argument {
  try {
    return strict.decode(bytes);
  } catch {
    return new Uint8Array(bytes);
  }
}

/** The bytes of an argument. */
export function bytesOf(argument: Argument): Uint8Array<ArrayBuffer> {
  return typeof argument === 'string' ? encoder.encode(argument) : argument;
}

/** A text that stands for exactly this argument, for maps and for what is kept over a reload. */
export function idOf(argument: Argument): string {
  if (typeof argument === 'string') return argument;
  return BYTES + Array.from(argument, (byte) => String.fromCharCode(byte)).join('');
}

/** The argument that `idOf` gave a text for. */
export function fromId(id: string): Argument {
  if (!id.startsWith(BYTES)) return id;
  return Uint8Array.from(id.slice(BYTES.length), (char) => char.charCodeAt(0));
}

/** Whether two arguments have the same bytes. */
export function isSame(one: Argument, other: Argument): boolean {
  return idOf(one) === idOf(other);
}
