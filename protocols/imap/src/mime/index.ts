// Parses messages by `postal-mime`, within caps. The types are that package's own.
import { concat } from '@fairlead/bytes';
import { FairleadError, usage } from '@fairlead/errors';
import PostalMime, { type Email, type PostalMimeOptions } from 'postal-mime';

export type { Address, Attachment, Email, Header } from 'postal-mime';

/** Options of `parseMessage`. */
export interface ParseOptions {
  /** The largest message, in bytes. Default 26,214,400 (25 MiB): the parser holds it several times. */
  readonly maxBytes?: number | undefined;
  /** How deep parts may stand in parts. Default 64. */
  readonly maxDepth?: number | undefined;
  /** The largest header, in bytes. Default 1,048,576. */
  readonly maxHeaderBytes?: number | undefined;
}

const MAX_BYTES = 25 << 20;

/**
 * A message with its texts and attachments, all in memory. Mail is hostile: show `html` only in a sandbox.
 * @param message As `fetch` and `download` give it.
 * @throws FairleadError `limit` (over a cap, or deeper than it), `usage` (no bytes).
 * @example
 * ```ts
 * import { connect, download } from '@fairlead/imap';
 * import { parseMessage } from '@fairlead/imap/mime';
 *
 * await using imap = await connect('imaps://app@mail.example.com', { password: env.IMAP_PASSWORD });
 * const { subject, text, attachments } = await parseMessage(await download(imap, 7, ''));
 * ```
 */
export async function parseMessage(
  message: Uint8Array | ReadableStream<Uint8Array>,
  { maxBytes = MAX_BYTES, maxDepth = 64, maxHeaderBytes = 1 << 20 }: ParseOptions = {},
): Promise<Email> {
  const bytes = await read(message, maxBytes);
  const options: PostalMimeOptions = { maxNestingDepth: maxDepth, maxHeadersSize: maxHeaderBytes };
  try {
    return await PostalMime.parse(bytes, options);
  } catch (cause) {
    // Beyond its caps the parser takes anything.
    throw new FairleadError('limit', 'The message is over a cap of the parser', { cause, safeToRetry: true });
  }
}

async function read(
  message: Uint8Array | ReadableStream<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (message instanceof Uint8Array) {
    checkSize(message.length, maxBytes);
    return message.slice();
  }
  if (!(message instanceof ReadableStream)) throw usage('A message is bytes, or a stream of bytes');
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += chunk.length;
    checkSize(size, maxBytes);
    chunks.push(chunk);
  }
  return concat(chunks);
}

function checkSize(size: number, maxBytes: number): void {
  if (size <= maxBytes) return;
  throw new FairleadError('limit', `The message has more than ${maxBytes} bytes (maxBytes)`, {
    safeToRetry: true,
  });
}
