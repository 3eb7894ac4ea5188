// Writes a message from its parts: header fields, boundaries, contents. A file is encoded through one buffer of 64 KiB.
import { concat } from '@fairlead/bytes';
import { cancelBody, nextChunk, type OpenBody, openBody } from '../../body.ts';
import type { Content } from '../mail.ts';
import { Base64Lines } from './base64-lines.ts';
import type { Part } from './part.ts';

/** A piece of the message: bytes, or a file's content, in base64 or as it is. */
type Piece = Uint8Array | { readonly content: Content; readonly asBase64: boolean };

const encoder = new TextEncoder();

/** The whole message. No file may be a stream. @param fields The mail's own header fields, each with its CR LF. */
export function writeWhole(fields: string, part: Part): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (const piece of piecesOf(fields, part)) {
    if (piece instanceof Uint8Array) {
      pieces.push(piece);
      continue;
    }
    const source = openBody(piece.content);
    if (!(source instanceof Uint8Array)) throw new Error('writeStream writes streams');
    for (const bytes of encoded(source, piece.asBase64)) pieces.push(bytes.slice());
  }
  return concat(pieces);
}

/**
 * The message in pieces, each valid until the next one is asked for. `return` cancels the streams of files that were not
 * read to their ends: also before the first piece, behind a failure, and while a stream is waited for.
 */
export function writeStream(fields: string, part: Part): AsyncIterableIterator<Uint8Array, undefined> {
  const opened = new Map<Content, OpenBody>();
  const open = (content: Content): OpenBody => {
    const source = openBody(content);
    opened.set(content, source);
    return source;
  };
  const pieces = written(fields, part, open);
  return {
    next: () => pieces.next(),
    async return() {
      for (const piece of piecesOf('', part)) {
        if (!(piece instanceof Uint8Array)) cancelBody(opened.get(piece.content) ?? open(piece.content));
      }
      await pieces.return(undefined);
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

type Opener = (content: Content) => OpenBody;

async function* written(
  fields: string,
  part: Part,
  open: Opener,
): AsyncGenerator<Uint8Array, undefined, undefined> {
  for (const piece of piecesOf(fields, part)) {
    if (piece instanceof Uint8Array) yield piece;
    else yield* file(open(piece.content), piece.asBase64);
  }
}

/** All pieces in one. */
export async function gather(pieces: AsyncIterableIterator<Uint8Array>): Promise<Uint8Array> {
  const copies: Uint8Array[] = [];
  try {
    for await (const piece of pieces) copies.push(piece.slice());
  } catch (error) {
    cancelBody(pieces);
    throw error;
  }
  return concat(copies);
}

function piecesOf(fields: string, part: Part): Piece[] {
  const pieces: Piece[] = [];
  const behind = addPart(pieces, fields, part);
  if (behind !== '') pieces.push(encoder.encode(behind));
  return pieces;
}

/**
 * Adds the pieces of a part. Header fields and boundaries that follow each other are encoded together.
 * @param before The text in front of it that is in no piece yet.
 * @returns The text behind it that is in no piece yet.
 */
function addPart(pieces: Piece[], before: string, part: Part): string {
  let text = `${before}${part.fields}\r\n`;
  if (part.kind !== 'multipart') {
    pieces.push(encoder.encode(text), part.kind === 'text' ? part.bytes : part);
    return '';
  }
  for (const [i, one] of part.parts.entries()) {
    text = addPart(pieces, `${text}${i > 0 ? '\r\n' : ''}--${part.boundary}\r\n`, one);
  }
  return `${text}\r\n--${part.boundary}--\r\n`;
}

async function* file(source: OpenBody, asBase64: boolean): AsyncGenerator<Uint8Array> {
  if (source instanceof Uint8Array) {
    yield* encoded(source, asBase64);
    return;
  }
  const lines = new Base64Lines();
  try {
    for (let piece = await nextChunk(source); piece !== undefined; piece = await nextChunk(source)) {
      if (asBase64) yield* lines.push(piece);
      else yield piece;
    }
  } finally {
    // What it says to that must not take the place of the failure.
    cancelBody(source);
  }
  yield lines.end();
}

function* encoded(bytes: Uint8Array, asBase64: boolean): Generator<Uint8Array, void, undefined> {
  if (!asBase64) {
    yield bytes;
    return;
  }
  const lines = new Base64Lines(bytes.length);
  yield* lines.push(bytes);
  yield lines.end();
}
