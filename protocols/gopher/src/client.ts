// What users import: sends one request over a connection of its own, and reads how the answer begins. It follows nothing.
import { ReceiveBuffer } from '@fairlead/bytes';
import { connect as connectTransport } from '@fairlead/transport';
import { bodyStream } from './body.ts';
import { contentTypeOf, isTextItem } from './content-type.ts';
import { bodyDecoder } from './decode-body.ts';
import {
  endsWithDot,
  errorItem,
  MAX_ERROR_BYTES,
  MAX_STATUS_BYTES,
  mayBeErrorItem,
  notGopherPlus,
  parseError,
  parseStatus,
} from './decode-status.ts';
import { encodeRequest } from './encode.ts';
import { serverError, truncated } from './errors.ts';
import type { GopherPlusInfo } from './messages.ts';
import { type FetchOptions, resolveRequest, type Wanted } from './options.ts';
import { GopherResponse } from './response.ts';
import { decodeText } from './text.ts';
import { formatGopherUrl } from './url.ts';
import { Wire } from './wire.ts';

const DEFAULT_TIMEOUT_MS = 10_000;
const LF = 0x0a;

/**
 * Fetches a Gopher item. It resolves when the answer begins, so that what the server refuses is an error here.
 * @param target `gopher[s]://host[:port][/<type><selector>[%09<search>[%09<gopher+ string>]]]` (RFC 4266). `gophers:` is
 *   TLS from the first byte, verified; it never falls back to plain text.
 * @throws FairleadError `usage` (the URL or an option; a `URL:` link), `limit` (a request line over 4,096 bytes),
 *   `server` (an error item: `server.code` is `error`; a Gopher+ error: 1 not available, 2 try again later, 3 moved, to
 *   `server.fields.url`), `protocol` (Gopher+ was asked for and not answered), `timeout`, `aborted`, `connection_lost`,
 *   and what the connector throws: `connect_failed`, `connect_timeout`, `tls_failed`, `policy`.
 */
export async function fetch(target: string | URL, options: FetchOptions = {}): Promise<GopherResponse> {
  const wanted = resolveRequest(target, options);
  const request = encodeRequest(wanted);
  const { connector = connectTransport, timeoutMs = DEFAULT_TIMEOUT_MS, signal, connectTimeoutMs } = options;
  const { hostname, port } = wanted;
  const tls = wanted.tls ? 'implicit' : 'off';
  const transport = await connector({ hostname, port }, { tls, signal, connectTimeoutMs });
  const wire = new Wire(transport, timeoutMs);
  try {
    wire.write(request);
    const answer = new Answering(wire);
    const info = wanted.gopherPlus ? await answer.status() : await answer.plain();
    return respond(wire, wanted, info, answer.rest(), options);
  } catch (error) {
    wire.destroy(error);
    throw error;
  }
}

function respond(
  wire: Wire,
  wanted: Wanted,
  info: GopherPlusInfo | undefined,
  first: Uint8Array,
  options: FetchOptions,
): GopherResponse {
  const { type, gopherPlus } = wanted;
  const contentType = contentTypeOf(type, decodeText(wanted.selector), gopherPlus);
  const isText = contentType.startsWith('text/') || isTextItem(type);
  const body = bodyStream(wire, bodyDecoder(info, isText), first);
  const { peer, closed } = wire;
  return new GopherResponse(
    { url: formatGopherUrl(wanted), type, contentType, info, peer, closed },
    body,
    options,
  );
}

/** The beginning of an answer. */
class Answering {
  readonly #wire: Wire;
  readonly #buffer = new ReceiveBuffer(1 << 20);
  #ended = false;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  /** What was read and is not used yet, in storage of its own. */
  rest(): Uint8Array {
    return this.#buffer.view().slice();
  }

  /** @throws FairleadError `server`, where the whole answer is an error item. */
  async plain(): Promise<undefined> {
    const enough = (bytes: Uint8Array) => bytes.length > 0 && (!mayBeErrorItem(bytes) || endsWithDot(bytes));
    const answer = await this.#until(enough, MAX_ERROR_BYTES);
    const words = answer.length < MAX_ERROR_BYTES ? errorItem(answer) : undefined;
    if (words !== undefined) throw serverError(words, this.#wire.peer);
  }

  /** @throws FairleadError `server`, `protocol`, `connection_lost`. */
  async status(): Promise<GopherPlusInfo> {
    const enough = (bytes: Uint8Array) => bytes.includes(LF) || !/^[+-]?$/.test(firstOf(bytes));
    const answer = await this.#until(enough, MAX_STATUS_BYTES);
    // A server that knows no Gopher+ may still say that it lacks the item.
    if (firstOf(answer) === '3') await this.plain();
    if (this.#ended && answer.length === 0) throw truncated('before the answer', this.#wire.peer);
    const end = answer.indexOf(LF);
    if (end === -1 || end > MAX_STATUS_BYTES) throw notGopherPlus();
    const { ok, info } = parseStatus(answer.subarray(0, end));
    this.#buffer.consume(end + 1);
    if (!ok) throw await this.#refusal(info);
    return info;
  }

  async #refusal(info: GopherPlusInfo): Promise<Error> {
    const decoder = bodyDecoder(info, true);
    const text = new ReceiveBuffer(1 << 20);
    let chunk: Uint8Array | undefined = this.rest();
    while (chunk !== undefined && text.length < MAX_ERROR_BYTES) {
      text.push(decoder.push(chunk));
      text.keep();
      // An error that is cut short is still one.
      chunk = decoder.done ? undefined : await this.#wire.read();
    }
    return serverError(parseError(text.view().subarray(0, MAX_ERROR_BYTES)), this.#wire.peer);
  }

  /** Reads until `enough`, `maxBytes` or the end. */
  async #until(enough: (bytes: Uint8Array) => boolean, maxBytes: number): Promise<Uint8Array> {
    while (!this.#ended && this.#buffer.length < maxBytes && !enough(this.#buffer.view())) {
      this.#buffer.keep();
      const chunk = await this.#wire.read();
      if (chunk === undefined) this.#ended = true;
      else this.#buffer.push(chunk);
    }
    return this.#buffer.view();
  }
}

function firstOf(bytes: Uint8Array): string {
  return bytes.length === 0 ? '' : String.fromCharCode(bytes[0] ?? 0);
}
