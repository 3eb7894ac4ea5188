// APPEND (RFC 9051 section 6.3.12): a message from memory or from a stream whose length is known.
import { FairleadError, usage } from '@fairlead/errors';
import type { Connection } from '../connection/connection.ts';
import { linkOf } from '../connection/link.ts';
import { overLimit } from '../errors.ts';
import { mailboxName } from '../mailboxes/mailbox-name.ts';
import type { AppendOptions } from '../types/calls.ts';
import type { ImapClient } from '../types/client.ts';
import type { AppendBody, AppendResult } from '../types/messages.ts';
import type { Argument } from '../wire/arguments.ts';
import { dateTimeArgument, flagList } from '../wire/values.ts';

/** Larger messages cost a round trip more, and are not sent in vain. */
const ASKED_FROM = 1 << 20;

/** A message that is read once. */
interface Source {
  readonly size: number;
  /** Undefined: it is in memory. */
  readonly chunks: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> | undefined;
  readonly bytes: Uint8Array;
}

/**
 * Adds a message to a mailbox, which need not be selected. Text keeps its line ends: they have to be CR LF.
 * @throws FairleadError `limit` for more bytes than the server takes (APPENDLIMIT), and as every call.
 * @example
 * ```ts
 * import { append, connect } from '@fairlead/imap';
 *
 * await using imap = await connect('imaps://app@mail.example.com', { password: env.IMAP_PASSWORD });
 * const { uid } = await append(imap, 'Drafts', 'Subject: Hi\r\n\r\nHello.\r\n', { flags: ['\\Draft'] });
 * ```
 */
export async function append(
  client: ImapClient,
  mailbox: string,
  message: AppendBody,
  options: AppendOptions = {},
): Promise<AppendResult> {
  const link = linkOf(client);
  const { connection } = link;
  try {
    return await connection.call('append', link.limit(options, true), () =>
      appendNow(connection, mailbox, message, options),
    );
  } catch (error) {
    dropBody(message);
    throw error;
  }
}

async function appendNow(
  connection: Connection,
  mailbox: string,
  message: AppendBody,
  { flags = [], internalDate }: AppendOptions,
): Promise<AppendResult> {
  const { session } = connection;
  const source = sourceOf(message);
  const limit = appendLimit(session.capabilities);
  if (source.size > limit)
    throw overLimit(`The server takes messages of at most ${limit} bytes (APPENDLIMIT)`);
  const args: Argument[] = [await mailboxName(connection, mailbox)];
  if (flags.length > 0) args.push(flagList(flags));
  if (internalDate !== undefined) args.push(dateTimeArgument(internalDate));
  args.push({ externalSize: source.size });
  const { code } = await connection.ask({
    name: 'APPEND',
    args,
    effect: 'atomic',
    // A large message that the server refuses need not be sent.
    asksFirst: source.size > ASKED_FROM,
    writeLiteral: () => writeSource(connection, source),
  });
  const isKnown = code?.name === 'APPENDUID';
  return {
    uidValidity: isKnown ? code.number : undefined,
    uid: isKnown ? code.set?.ranges[0]?.[0] : undefined,
  };
}

/** Lets go of a message that is not sent. */
function dropBody(message: AppendBody): void {
  if (typeof message === 'object' && 'stream' in message && message.stream instanceof ReadableStream) {
    message.stream.cancel().catch(() => undefined);
  }
}

function sourceOf(message: AppendBody): Source {
  if (typeof message === 'string' || message instanceof Uint8Array) {
    const bytes = typeof message === 'string' ? new TextEncoder().encode(message) : message;
    if (typeof message === 'string' && !message.isWellFormed()) throw usage('A message must be Unicode');
    if (bytes.includes(0)) throw usage('A message must not hold NUL');
    return { size: bytes.length, bytes, chunks: undefined };
  }
  const { size = -1, stream } = Object(message) as Partial<Exclude<AppendBody, string | Uint8Array>>;
  const isStream = typeof stream === 'object' && stream !== null && Symbol.asyncIterator in stream;
  if (!isStream || !Number.isSafeInteger(size) || size < 0)
    throw usage('A message is text, bytes, or { size, stream } with the number of bytes of the stream');
  return { size, bytes: new Uint8Array(0), chunks: stream };
}

/** A literal that is short cannot be ended: what goes wrong here ends the connection. */
async function writeSource(connection: Connection, { size, bytes, chunks }: Source): Promise<void> {
  if (chunks === undefined) return await connection.write(bytes);
  let left = size;
  const pieces = piecesOf(chunks);
  try {
    for (;;) {
      const { done, value: chunk } = await connection.wait(pieces.next());
      if (done) break;
      if (!(chunk instanceof Uint8Array)) throw usage('The stream gives something else than bytes');
      left -= chunk.length;
      if (left < 0) throw usage(`The stream is longer than its size of ${size} bytes`);
      if (chunk.length > 0) await connection.write(chunk);
    }
  } catch (cause) {
    // It may hang: the call does not wait for it.
    pieces.return?.()?.then(undefined, () => undefined);
    if (cause instanceof FairleadError) throw cause;
    throw new FairleadError('usage', 'The stream of the message failed', { cause });
  }
  if (left > 0) throw usage(`The stream ended ${left} bytes before its size of ${size} bytes`);
}

type Pieces = Pick<AsyncIterator<Uint8Array, unknown>, 'next' | 'return'>;

/** A stream's iterator would wait for its next piece before it cancels; its reader does not. */
function piecesOf(chunks: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>): Pieces {
  if (!(chunks instanceof ReadableStream)) return chunks[Symbol.asyncIterator]();
  const reader = chunks.getReader();
  return {
    next: async () => {
      const { done, value } = await reader.read();
      return done ? { done, value } : { done, value };
    },
    return: async () => ({ done: true, value: await reader.cancel() }),
  };
}

/** APPENDLIMIT (RFC 7889). */
function appendLimit(capabilities: ReadonlySet<string> = new Set()): number {
  for (const name of capabilities) {
    if (/^APPENDLIMIT=\d+$/.test(name)) return Number(name.slice(12));
  }
  return Number.POSITIVE_INFINITY;
}
