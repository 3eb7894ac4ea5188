// A composed tree as bytes. The library decides what the parts are, their header fields and their encodings; this writes
// them out, attachments through one small buffer: the library's own streams keep several copies of each.
import type MimeNode from 'nodemailer/lib/mime-node';
import { encode, wrap } from 'nodemailer/lib/qp';
import { nextPiece, openSource } from '../source.ts';
import { Base64Lines } from './base64-lines.ts';
import type { Attachment } from './mail.ts';

/** What stands in a node in place of an attachment's content. */
export type Contents = ReadonlyMap<unknown, Attachment['content']>;

/** A piece of the message: text, or an attachment's bytes, in base64 or as they are. */
type Part = string | { readonly content: Attachment['content']; readonly asBase64: boolean };

const encoder = new TextEncoder();

/** The whole message. No attachment may be a stream. */
export function writeWhole(node: MimeNode, contents: Contents): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (const part of partsOf(node, contents)) {
    if (typeof part === 'string') pieces.push(encoder.encode(part));
    else {
      const source = openSource(part.content);
      if (source instanceof Uint8Array)
        for (const piece of encoded(source, part.asBase64)) pieces.push(piece.slice());
    }
  }
  return concat(pieces);
}

/** The message in pieces, each valid until the next one is asked for. */
export async function* writeStream(node: MimeNode, contents: Contents): AsyncGenerator<Uint8Array> {
  for (const part of partsOf(node, contents)) {
    if (typeof part === 'string') yield encoder.encode(part);
    else yield* attachment(part.content, part.asBase64);
  }
}

/** All pieces in one. */
export async function gather(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const copies: Uint8Array[] = [];
  for await (const piece of pieces) copies.push(piece.slice());
  return concat(copies);
}

function* partsOf(node: MimeNode, contents: Contents): Generator<Part, void, undefined> {
  const encoding = node.getTransferEncoding();
  yield `${node.buildHeaders()}\r\n\r\n`;
  const { content } = node;
  if (contents.has(content)) yield { content: contents.get(content) ?? '', asBase64: encoding === 'base64' };
  else if (typeof content === 'string' && content !== '') yield encodeText(content, encoding);
  if (!node.multipart) return;
  for (const [i, child] of node.childNodes.entries()) {
    yield `${i > 0 ? '\r\n' : ''}--${node.boundary}\r\n`;
    yield* partsOf(child, contents);
  }
  yield `\r\n--${node.boundary}--\r\n`;
}

function encodeText(text: string, encoding: string | false): Part {
  if (encoding === 'base64') return { content: text, asBase64: true };
  const lines = text.replace(/\r\n|\r|\n/g, '\r\n');
  return encoding === 'quoted-printable' ? wrap(encode(lines)) : lines;
}

async function* attachment(content: Attachment['content'], asBase64: boolean): AsyncGenerator<Uint8Array> {
  const source = openSource(content);
  if (source instanceof Uint8Array) {
    yield* encoded(source, asBase64);
    return;
  }
  const lines = new Base64Lines();
  try {
    for (let piece = await nextPiece(source); piece !== undefined; piece = await nextPiece(source)) {
      if (asBase64) yield* filled(lines, piece);
      else yield piece;
    }
  } finally {
    await source.return?.();
  }
  yield* ended(lines);
}

function* encoded(bytes: Uint8Array, asBase64: boolean): Generator<Uint8Array, void, undefined> {
  if (!asBase64) {
    yield bytes;
    return;
  }
  const lines = new Base64Lines();
  yield* filled(lines, bytes);
  yield* ended(lines);
}

function* filled(lines: Base64Lines, piece: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let at = 0; at < piece.length; ) {
    at = lines.fill(piece, at);
    if (lines.full) yield lines.take();
  }
}

function* ended(lines: Base64Lines): Generator<Uint8Array, void, undefined> {
  lines.end();
  yield lines.take();
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
