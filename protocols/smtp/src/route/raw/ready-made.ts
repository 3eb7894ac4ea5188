// Reads the header of a ready-made message for its envelope, and takes its Bcc out. The rest of the message stays as it is.

import { concat, decodeUtf8 } from '@fairlead/bytes';
import { usage } from '@fairlead/errors';
import { mailboxesOf, type NamedAddress, readAddresses } from '../../addresses/header-addresses.ts';
import { type Field, MAX_HEADER_BYTES, readFields } from '../../dkim/header-fields.ts';

/** Fields that name a sender, of the message or of a resent one (RFC 5322 sections 3.6.2 and 3.6.6). */
const SENDERS = ['from', 'sender', 'resent-from', 'resent-sender'];

/** A message, and the facts of its header. */
export interface ReadyMadeMessage {
  /** Without a Bcc. */
  readonly message: Uint8Array;
  /** The addresses of From, Sender, Resent-From and Resent-Sender. */
  readonly senders: readonly NamedAddress[];
  /** Sender, else the first of From. */
  readonly sender: string;
  /**
   * The addresses of To, Cc and Bcc.
   * @throws FairleadError `usage` for an address that is not valid, and for a resent message, which has two sets of them.
   */
  recipients(): string[];
  readonly messageId: string | undefined;
  /** Whether the header holds characters beyond ASCII. */
  readonly hasUtf8Header: boolean;
}

/** The beginning of a streamed message. */
export interface Beginning {
  /** The whole header, and a part of the body. */
  readonly start: Uint8Array;
  /** The rest of the stream; absent where `start` is the whole message. */
  readonly rest: AsyncIterable<Uint8Array> | undefined;
}

/** Up to this size a message is read as a whole before the server is dialled, so that mistakes are found first. */
const GATHERED_BYTES = 65_536;

/**
 * Reads a stream until the header has come.
 * @throws FairleadError `usage` for a header that is too large, and the error of the stream.
 */
export async function readBeginning(stream: ReadableStream<Uint8Array>): Promise<Beginning> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (let wanted = GATHERED_BYTES; ; wanted *= 2) {
    while (length < wanted) {
      const { done, value } = await reader.read();
      if (done) return { start: concat(chunks), rest: undefined };
      chunks.push(value);
      length += value.length;
    }
    // Searched only when the size has doubled, so that small chunks cost no more than large ones.
    const start = concat(chunks);
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

/** `start`, then `rest`, as one stream. */
export async function* followed(
  start: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield start;
  yield* rest;
}

/**
 * Reads a message, or its beginning with the whole header.
 * @param strict Reads the senders by the part of RFC 5322's grammar that all programs read alike. For connections that are
 *   bound to senders or sign.
 * @throws FairleadError `usage` where it does not begin with a header in UTF-8, or an address is not valid.
 */
export function readReadyMade(bytes: Uint8Array, strict: boolean): ReadyMadeMessage {
  const { header, end } = cutHeader(bytes);
  const fields = readFields(header);
  const [from] = addressesOf(fields, 'from', strict);
  const senders = SENDERS.flatMap((name) => addressesOf(fields, name, strict));
  const ofSender = addressesOf(fields, 'sender', strict);
  if (from === undefined) throw usage('The message needs one From');
  if (ofSender.length > 1) throw usage('The message has more than one address in Sender');
  const kept = fields.filter(({ name }) => name !== 'bcc' && name !== 'resent-bcc');
  return {
    message: kept.length === fields.length ? bytes : rebuilt(kept, bytes.subarray(end)),
    senders,
    sender: (ofSender[0] ?? from).address,
    recipients: () => recipientsOf(fields),
    hasUtf8Header: kept.some(({ text }) => /[^\0-\x7f]/.test(text)),
    messageId: fields.find(({ name }) => name === 'message-id')?.text.replace(/^[^:]*:\s*/, ''),
  };
}

function recipientsOf(fields: readonly Field[]): string[] {
  if (fields.some(({ name }) => /^resent-(?:to|cc|bcc)$/.test(name))) {
    throw usage('The message was resent (Resent-To): name its recipients by ?to=');
  }
  return ['to', 'cc', 'bcc']
    .flatMap((name) => addressesOf(fields, name, false))
    .map(({ address }) => address);
}

/** The header with CR LF for line ends, and where it ends. */
function cutHeader(bytes: Uint8Array): { header: string; end: number } {
  const head = decodeUtf8(bytes.subarray(0, headerEnd(bytes)));
  if (head === undefined) throw usage('The header of the message is not UTF-8');
  if (head.includes('\0')) throw usage('The header of the message holds a NUL');
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
  return concat([new TextEncoder().encode(fields.map(({ text }) => `${text}\r\n`).join('')), rest]);
}

function addressesOf(fields: readonly Field[], name: string, strict: boolean): NamedAddress[] {
  return fields
    .filter((field) => field.name === name)
    .map(({ text }) => text.slice(name.length + 1).replace(/\r\n/g, ''))
    .filter((value) => strict || !/^[ \t]*$/.test(value))
    .flatMap((value) => mailboxesOf(readAddresses(value, name, { strict })));
}
