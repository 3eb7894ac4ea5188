// A ready-made message from a caller: its header read for the envelope, its Bcc taken out. It changes nothing else.
import { decodeUtf8 } from '@fairlead/bytes';
import { type Field, MAX_HEADER_BYTES, readFields } from '../dkim/header.ts';
import { usage } from '../errors.ts';
import { readAddresses } from '../mime/addresses.ts';

/** `undisclosed-recipients:;` (RFC 5322 section 3.4). */
const EMPTY_GROUP = /^[^<>@:;]*:\s*;$/;

/** A message with what its header says. */
export interface RawMessage {
  /** Without a Bcc. */
  readonly message: Uint8Array;
  /** The addresses of From and Sender. */
  readonly senders: readonly string[];
  /** Sender, else the first of From. */
  readonly sender: string | undefined;
  /** The addresses of To, Cc and Bcc. @throws FairleadError `usage` where one is none. */
  recipients(): string[];
  readonly messageId: string | undefined;
  /** Whether the header holds other characters than ASCII's. */
  readonly hasUtf8Header: boolean;
}

/** The beginning of a message that comes as a stream. */
export interface Beginning {
  /** The whole header, and some of what follows. */
  readonly start: Uint8Array;
  /** What comes behind `start`; absent where that was all. */
  readonly rest: AsyncIterable<Uint8Array> | undefined;
}

/** Up to this much is gathered: a small message can be looked at as a whole before anything is dialled. */
const GATHERED_BYTES = 65_536;

/**
 * Reads a stream until the header has come.
 * @throws FairleadError `usage` for a header that is too large, and what the stream fails with.
 */
export async function readBeginning(stream: ReadableStream<Uint8Array>): Promise<Beginning> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (let wanted = GATHERED_BYTES; ; wanted *= 2) {
    while (length < wanted) {
      const { done, value } = await reader.read();
      if (done) return { start: whole(chunks, length), rest: undefined };
      chunks.push(value);
      length += value.length;
    }
    // Looked at only when it has doubled: small chunks cost no more than large ones.
    const start = whole(chunks, length);
    if (headerEnd(start) < length) return { start, rest: remaining(reader) };
  }
}

async function* remaining(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}

/** Bytes, and what comes behind them. */
export async function* followed(
  start: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield start;
  yield* rest;
}

function whole(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/**
 * Reads a message, or its beginning with the whole header.
 * @throws FairleadError `usage` where it does not begin with a header in UTF-8, or its addresses are none.
 */
export function readRaw(bytes: Uint8Array): RawMessage {
  const { header, end } = cutHeader(bytes);
  const fields = readFields(header);
  const from = addressesOf(fields, 'from');
  const sender = addressesOf(fields, 'sender');
  if (from.length === 0 || fields.filter(({ name }) => name === 'from').length > 1) {
    throw usage('The message needs one From');
  }
  const kept = fields.filter(({ name }) => name !== 'bcc' && name !== 'resent-bcc');
  return {
    message: kept.length === fields.length ? bytes : rebuilt(kept, bytes.subarray(end)),
    senders: [...from, ...sender],
    sender: sender[0] ?? from[0],
    recipients: () => ['to', 'cc', 'bcc'].flatMap((name) => addressesOf(fields, name)),
    hasUtf8Header: kept.some(({ text }) => /[^\0-\x7f]/.test(text)),
    messageId: fields.find(({ name }) => name === 'message-id')?.text.replace(/^[^:]*:\s*/, ''),
  };
}

/** The header with CR LF for line ends, and where it ends. */
function cutHeader(bytes: Uint8Array): { header: string; end: number } {
  const head = decodeUtf8(bytes.subarray(0, headerEnd(bytes)));
  if (head === undefined) throw usage('The header of the message is not UTF-8');
  return { header: head.replace(/\r\n|\r|\n/g, '\r\n'), end: headerEnd(bytes) };
}

/** The index of the empty line's end of line; the whole length where there is none. */
function headerEnd(bytes: Uint8Array): number {
  let lineStart = true;
  for (let at = 0; at < Math.min(bytes.length, MAX_HEADER_BYTES); at++) {
    const byte = bytes[at];
    const isEnd = byte === 0x0d || byte === 0x0a;
    if (isEnd && lineStart) return at;
    if (isEnd && byte === 0x0d && bytes[at + 1] === 0x0a) at++;
    lineStart = isEnd;
  }
  if (bytes.length > MAX_HEADER_BYTES) throw usage('The header of the message is too large');
  return bytes.length;
}

function rebuilt(fields: readonly Field[], rest: Uint8Array): Uint8Array {
  const head = new TextEncoder().encode(fields.map(({ text }) => `${text}\r\n`).join(''));
  const whole = new Uint8Array(head.length + rest.length);
  whole.set(head);
  whole.set(rest, head.length);
  return whole;
}

function addressesOf(fields: readonly Field[], name: string): string[] {
  const values = fields.filter((field) => field.name === name).map(({ text }) => text.replace(/^[^:]*:/, ''));
  return values
    .map((value) => value.replace(/\r\n[ \t]/g, ' ').trim())
    .filter((value) => value !== '' && !EMPTY_GROUP.test(value))
    .flatMap((value) => readAddresses(value, name).map(({ address }) => address));
}
