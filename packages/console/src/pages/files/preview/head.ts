// The beginning of a file, to be looked at: as text where it is text.
import { chunksOf } from '../store/chunks.ts';
import type { FileStore } from '../store/contract.ts';

/** More is not read. */
export const HEAD_BYTES = 262_144;

/** The beginning of a file. */
export interface Head {
  readonly bytes: Uint8Array;
  /** The bytes as text; undefined where they are none. */
  readonly text: string | undefined;
  /** Whether the file goes on. */
  readonly isCut: boolean;
}

/** Reads a file's beginning. @param size As far as it is known. */
export async function readHead(
  store: FileStore,
  path: string,
  size: number | undefined,
  signal: AbortSignal,
): Promise<Head> {
  const isLong = size !== undefined && size > HEAD_BYTES;
  const { body } = await store.get(path, { start: 0, signal, ...(isLong && { end: HEAD_BYTES }) });
  const bytes = new Uint8Array(HEAD_BYTES);
  let length = 0;
  let isCut = isLong;
  for await (const chunk of chunksOf(body)) {
    const part = chunk.subarray(0, HEAD_BYTES - length);
    bytes.set(part, length);
    length += part.length;
    if (part.length === chunk.length) continue;
    isCut = true;
    break;
  }
  const head = bytes.slice(0, length);
  return { bytes: head, text: textOf(head, isCut), isCut };
}

/** Bytes as UTF-8; undefined where they are none, or hold a NUL. @param isCut Whether a character at the end may be incomplete. */
export function textOf(bytes: Uint8Array, isCut: boolean): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: isCut });
  } catch {
    return undefined;
  }
}
