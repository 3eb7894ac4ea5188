// Splits a server's bytes into responses, with literals held or handed out as they come. What a response says is read in `responses/`.
import { ReceiveBuffer } from '@fairlead/bytes';
import { decodeText } from '../headers/text.ts';
import { FetchReader } from '../responses/message/fetch-reader.ts';
import { readResponse } from '../responses/read-response.ts';
import type { Readers } from '../responses/readers.ts';
import type { FetchedSection } from '../responses/types/fetch.ts';
import type { Response } from '../responses/types/response.ts';
import { limitError } from './errors.ts';
import { INCOMPLETE, type Literal } from './tokens/cursor.ts';
import { Scanner } from './tokens/scanner.ts';
import type { ParserEvent, ResponseParser } from './types.ts';

/** Caps of what is held in memory. */
export interface ParserLimits {
  /** Of a line without its literals. Default 64 KiB. A FETCH and lists of numbers are under `maxResponseBytes` alone. */
  readonly maxLineBytes?: number;
  /** Of a literal that is held. Default 1 MiB. */
  readonly maxLiteralBytes?: number;
  /** Of a response with all that is held of it. Default 8 MiB. */
  readonly maxResponseBytes?: number;
}

type Event = ParserEvent<Response>;

const LF = 10;
const CR = 13;
const CLOSE_BRACE = 0x7d;
/** Literals that looked like streamed bodies and are none, before no more are looked at: only in hostile responses. */
const MAX_MISSES = 16;
/** Responses that may be longer than a line. */
const LONG = /^\* (\d+ FETCH|(UID)?SEARCH|ESEARCH|SORT|THREAD|VANISHED) /i;
/** Words in a line that are for people, and hold no literal. */
const CONDITION = /^(\+|\S+ (OK|NO|BAD|BYE|PREAUTH) (?!\[[^\]]*$))/i;

/** Incremental, linear in the bytes whatever the chunks. After a throw it cannot be used. */
export class Parser implements ResponseParser<Response> {
  streamBodiesFrom: number = Number.POSITIVE_INFINITY;
  /** Whether mailbox names come as UTF-8: UTF8=ACCEPT or IMAP4rev2 was enabled. */
  utf8 = false;
  #readers: Readers = {};
  readonly #buffer = new ReceiveBuffer(Number.POSITIVE_INFINITY);
  readonly #maxLine: number;
  readonly #maxLiteral: number;
  readonly #maxResponse: number;
  // Offsets from the buffer's start, which is the response's.
  #scanned = 0;
  #lineStart = 0;
  #literals: Literal[] = [];
  #misses = 0;
  /** The FETCH whose body is or was handed out. */
  #fetch: FetchReader | undefined;
  /** Bytes of the body that are to come; `undefined` when none is handed out. */
  #bodyLeft: number | undefined;

  constructor(limits: ParserLimits = {}) {
    this.#maxLine = limits.maxLineBytes ?? 1 << 16;
    this.#maxLiteral = limits.maxLiteralBytes ?? 1 << 20;
    this.#maxResponse = limits.maxResponseBytes ?? 1 << 23;
  }

  /** How many bytes of a body that is handed out are to come for certain. */
  get bodyBytesDue(): number {
    return Math.max(0, (this.#bodyLeft ?? 0) - this.#buffer.length);
  }

  get isBetweenResponses(): boolean {
    return this.#fetch === undefined && this.#buffer.length === 0;
  }

  /** Reads these responses from now on, too. */
  learn(readers: Readers): void {
    this.#readers = { ...this.#readers, ...readers };
  }

  push(bytes: Uint8Array): void {
    this.#buffer.push(bytes);
  }

  next(): Event | undefined {
    const event = this.#bodyLeft === undefined ? this.#nextResponse() : this.#nextOfBody(this.#bodyLeft);
    // The caller's bytes are theirs again.
    if (event === undefined) this.#buffer.keep();
    return event;
  }

  #nextOfBody(left: number): Event | undefined {
    if (left === 0) {
      this.#bodyLeft = undefined;
      return { type: 'body-end' };
    }
    const size = Math.min(left, this.#buffer.length);
    if (size === 0) return undefined;
    const bytes = this.#buffer.view(size);
    this.#buffer.consume(size);
    this.#bodyLeft = left - size;
    return { type: 'body-bytes', bytes };
  }

  #nextResponse(): Event | undefined {
    const buffer = this.#buffer;
    for (;;) {
      // Behind a literal that is not all there.
      if (this.#scanned > buffer.length) return undefined;
      const { bytes, start, end } = buffer;
      const from = start + this.#scanned;
      // Storage goes on behind the end.
      const found = bytes.subarray(from, end).indexOf(LF);
      const lineEnd = found < 0 ? end : from + found;
      this.#checkLength(lineEnd - start);
      if (lineEnd === end) {
        this.#scanned = end - start;
        return undefined;
      }
      const textEnd = lineEnd > start && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
      const size = bytes[textEnd - 1] === CLOSE_BRACE ? this.#literalSize(textEnd) : undefined;
      if (size === undefined) return this.#whole(textEnd, lineEnd + 1);
      const body = this.#literal(textEnd, lineEnd + 1, size);
      if (body !== undefined) return body;
    }
  }

  /** @param length Bytes of the response so far. */
  #checkLength(length: number): void {
    if (length > this.#maxResponse) throw limitError('bytes of a response', this.#maxResponse);
    if (length - this.#lineStart <= this.#maxLine || this.#fetch !== undefined) return;
    const { bytes, start } = this.#buffer;
    if (!LONG.test(decodeText(bytes, start, start + 32))) throw limitError('bytes of a line', this.#maxLine);
  }

  /** The size of the literal that the line announces, `undefined` where it only looks like that. */
  #literalSize(textEnd: number): number | undefined {
    const { bytes, start } = this.#buffer;
    let at = textEnd - 2;
    if (bytes[at] === 0x2b) at--;
    const last = at;
    let size = 0;
    for (let unit = 1; isDigit(bytes[at]); unit *= 10) size += ((bytes[at--] ?? 0) - 0x30) * unit;
    if (at === last || at < start || bytes[at] !== 0x7b) return undefined;
    // A condition has no literal, so that the first one tells.
    const isFirst = this.#fetch === undefined && this.#literals.length === 0;
    if (isFirst && CONDITION.test(decodeText(bytes, start, textEnd))) return undefined;
    return size;
  }

  /** Takes a literal: as a body that is handed out, or as bytes that are waited for. */
  #literal(textEnd: number, bodyStart: number, size: number): Event | undefined {
    const { bytes, start } = this.#buffer;
    let at = textEnd - 1;
    while (bytes[at] !== 0x7b) at--;
    if (bytes[at - 1] === 0x7e) at--;
    if (size >= this.streamBodiesFrom && bytes[at - 1] === 0x20 && isSectionEnd(bytes[at - 2])) {
      const event = this.#startBody({ at: at - start, start: bodyStart - start, size: 0 }, size);
      if (event !== undefined) return event;
    }
    if (size > this.#maxLiteral) throw limitError('bytes of a literal', this.#maxLiteral);
    this.#scanned = this.#lineStart = bodyStart - start + size;
    if (this.#scanned > this.#maxResponse) throw limitError('bytes of a response', this.#maxResponse);
    this.#literals.push({ at: at - start, start: bodyStart - start, size });
    return undefined;
  }

  /** The start of a body that is handed out, if the literal is a section of a FETCH. */
  #startBody(literal: Literal, size: number): Event | undefined {
    if (this.#misses >= MAX_MISSES) return undefined;
    const scanner = new Scanner(this.#buffer.view(), 0, literal.start, [...this.#literals, literal], true);
    let reader = this.#fetch;
    let body: FetchedSection | undefined;
    try {
      reader ??= readFetchStart(scanner);
      body = reader?.read(scanner);
    } catch (cause) {
      if (cause !== INCOMPLETE) throw cause;
    }
    if (reader === undefined || body === undefined) {
      this.#misses++;
      return undefined;
    }
    this.#fetch = reader;
    this.#bodyLeft = size;
    this.#buffer.consume(literal.start);
    this.#reset();
    const { sequence, uid } = reader.response;
    const { section, isBinary, origin } = body;
    return { type: 'body-start', sequence, uid, section, isBinary, origin, size };
  }

  /** A response that is all there. */
  #whole(textEnd: number, next: number): Event {
    const buffer = this.#buffer;
    const { start } = buffer;
    const scanner = new Scanner(buffer.view(textEnd - start), 0, textEnd - start, this.#literals);
    let response: Response;
    if (this.#fetch === undefined) response = readResponse(scanner, this.utf8, this.#readers);
    else {
      this.#fetch.read(scanner);
      response = this.#fetch.response;
      this.#fetch = undefined;
    }
    buffer.consume(next - start);
    this.#reset();
    this.#misses = 0;
    return { type: 'response', response };
  }

  #reset(): void {
    this.#scanned = this.#lineStart = 0;
    if (this.#literals.length > 0) this.#literals = [];
  }
}

function readFetchStart(scanner: Scanner): FetchReader | undefined {
  if (scanner.word() !== '*') return undefined;
  scanner.spaces();
  const number = scanner.number();
  scanner.spaces();
  return number !== undefined && scanner.name() === 'FETCH' ? new FetchReader(number) : undefined;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** `]` or `>`. */
function isSectionEnd(byte: number | undefined): boolean {
  return byte === 0x5d || byte === 0x3e;
}
