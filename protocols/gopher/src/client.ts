// The public client: sends one request over a connection of its own, and reads the beginning of the answer. It follows no
// link and no move.
import { ReceiveBuffer } from '@fairlead/bytes';
import { stackAtCaller } from '@fairlead/client';
import { connect as connectTransport } from '@fairlead/transport';
import { type LimitedTransport, limitReads } from './connection/limited-transport.ts';
import { serverError } from './errors.ts';
import { resolveRequest } from './options/request.ts';
import { bodyStream } from './response/body-stream.ts';
import { GopherResponse } from './response/gopher-response.ts';
import type { FetchOptions } from './types.ts';
import { contentTypeOf, isTextItem } from './wire/content-type.ts';
import { bodyDecoder, truncated } from './wire/decode-body.ts';
import {
  errorItem,
  MAX_ERROR_BYTES,
  MAX_STATUS_BYTES,
  mayBeErrorItem,
  parseError,
  parseStatus,
} from './wire/decode-status.ts';
import { encodeRequest } from './wire/encode.ts';
import type { GopherPlusInfo } from './wire/messages.ts';
import { fromBinary, toBinary } from './wire/text.ts';
import { formatGopherUrl } from './wire/url.ts';

const DEFAULT_TIMEOUT_MS = 10_000;
/** A chunk behind what was not enough. */
const MAX_UNREAD_BYTES = 1 << 20;
const LF = 0x0a;
const THREE = 0x33;

/**
 * Fetches a Gopher item. The promise resolves when the answer begins, so that a refusal of the server rejects it.
 * @param target `gopher[s]://host[:port][/<type><selector>[%09<search>[%09<gopher+ string>]]]` (RFC 4266). `gophers:` is
 *   TLS from the first byte, verified; it never falls back to plain text.
 * @throws FairleadError `usage` (the URL or an option; a `URL:` link), `limit` (a request line over 4,096 bytes),
 *   `server` (an error item: `server.code` is `error`; a Gopher+ error: 1 not available, 2 try again later, 3 moved, to
 *   `server.fields.url`), `protocol` (Gopher+ was asked for and not answered), `timeout`, `aborted`, `connection_lost`,
 *   and the connector's errors: `connect_failed`, `connect_timeout`, `tls_failed`, `policy`.
 * @example
 * ```ts
 * import { fetch } from '@fairlead/gopher';
 *
 * const menu = await (await fetch('gopher://gopher.example.com/1/docs')).menu();
 * for (const { type, display, url } of menu) console.log(type, display, url);
 * const about = await (await fetch('gophers://gopher.example.com/0/about.txt', { timeoutMs: 5_000 })).text();
 * console.log(about);
 * ```
 */
export async function fetch(target: string | URL, options: FetchOptions = {}): Promise<GopherResponse> {
  const wanted = resolveRequest(target, options);
  const request = encodeRequest(wanted);
  const { connector = connectTransport, timeoutMs = DEFAULT_TIMEOUT_MS, signal, connectTimeoutMs } = options;
  const { hostname, port, type, gopherPlus } = wanted;
  const tls = wanted.tls ? 'implicit' : 'off';
  const dialled = { tls, tlsOptions: options.tls, signal, connectTimeoutMs } as const;
  const transport = await connector({ hostname, port }, dialled).catch((error: unknown) => {
    throw stackAtCaller(error);
  });
  const connection = limitReads(transport, timeoutMs);
  try {
    // Not awaited: a write that fails makes the read fail that follows in the same turn.
    void transport.write(request);
    const unread = new ReceiveBuffer(MAX_UNREAD_BYTES);
    const info = gopherPlus ? await readStatus(connection, unread) : await readPlain(connection, unread);
    const { peer, closed } = transport;
    const contentType = contentTypeOf(type, gopherPlus);
    const decoder = bodyDecoder(info, contentType.startsWith('text/') || isTextItem(type));
    const head = { url: formatGopherUrl(wanted), type, contentType, info, peer, closed };
    return new GopherResponse(head, bodyStream(connection, decoder, unread.view().slice()), options);
  } catch (error) {
    connection.end(error);
    throw stackAtCaller(error);
  }
}

/** @throws FairleadError `server`, where the whole answer is an error item. */
async function readPlain(connection: LimitedTransport, unread: ReceiveBuffer): Promise<undefined> {
  const enough = (bytes: Uint8Array) => bytes.length > 0 && !mayBeErrorItem(bytes);
  const answer = await readUntil(connection, unread, MAX_ERROR_BYTES, enough);
  const words = answer.length < MAX_ERROR_BYTES ? errorItem(answer) : undefined;
  if (words !== undefined) throw serverError(words, connection.transport.peer);
}

/** @throws FairleadError `server`, `protocol`, `connection_lost`. */
async function readStatus(connection: LimitedTransport, unread: ReceiveBuffer): Promise<GopherPlusInfo> {
  const enough = (bytes: Uint8Array) => /^[^+-]|\n/.test(toBinary(bytes));
  const answer = await readUntil(connection, unread, MAX_STATUS_BYTES, enough);
  // A server that knows no Gopher+ may still say that it lacks the item.
  if (answer[0] === THREE) await readPlain(connection, unread);
  if (answer.length === 0) throw truncated();
  const end = answer.indexOf(LF);
  const { isOk, info } = parseStatus(answer.subarray(0, Math.max(0, end)));
  unread.consume(end + 1);
  if (isOk) return info;
  const decoder = bodyDecoder(info, true);
  let text = '';
  for (let chunk: Uint8Array | undefined = unread.view(); chunk; ) {
    text += toBinary(decoder.push(chunk));
    // An error that is cut short is still one.
    chunk = decoder.isDone() || text.length > MAX_ERROR_BYTES ? undefined : await connection.read();
  }
  throw serverError(parseError(fromBinary(text.slice(0, MAX_ERROR_BYTES))), connection.transport.peer);
}

/** Reads until `enough`, `maxBytes` or the end. */
async function readUntil(
  connection: LimitedTransport,
  unread: ReceiveBuffer,
  maxBytes: number,
  enough: (bytes: Uint8Array) => boolean,
): Promise<Uint8Array> {
  while (unread.length < maxBytes && !enough(unread.view())) {
    unread.keep();
    const chunk = await connection.read();
    if (chunk === undefined) break;
    unread.push(chunk);
  }
  return unread.view();
}
