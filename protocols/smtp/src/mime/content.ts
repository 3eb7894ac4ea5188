// Attachments as streams for the composer, cut small: what comes as one piece would be encoded as one.
import { Readable } from 'node:stream';
import { nextPiece, openSource } from '../source.ts';
import type { Attachment } from './mail.ts';

/** A multiple of 57, which makes whole lines of base64. */
const SLICE_BYTES = 57 * 1024;

/** The content as a stream of bytes, no faster than it is asked for. @throws FairleadError `usage`. */
export function contentStream(content: Attachment['content']): Readable {
  return Readable.from(slices(content), { objectMode: false, highWaterMark: SLICE_BYTES });
}

async function* slices(content: Attachment['content']): AsyncGenerator<Uint8Array> {
  const source = openSource(content);
  if (source instanceof Uint8Array) yield* cut(source);
  else {
    try {
      for (let piece = await nextPiece(source); piece !== undefined; piece = await nextPiece(source)) {
        yield* cut(piece);
      }
    } finally {
      await source.return?.();
    }
  }
}

function* cut(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) yield bytes.subarray(at, at + SLICE_BYTES);
}
