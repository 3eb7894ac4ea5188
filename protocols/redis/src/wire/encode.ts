// Commands to RESP: arrays of bulk strings, written straight into the outgoing bytes. It refuses values that are no
// argument.
import type { Writer } from '@fairlead/bytes';
import type { Arg } from './messages.ts';
import { noArgument, numeral } from './words.ts';

const CR = 13;
const LF = 10;
const DOLLAR = 36;
const STAR = 42;
const ZERO = 48;

/** Up to this many units a loop beats the call into the encoder. */
const SHORT = 48;
/** The type byte, the digits of a length, and CR LF twice. */
const FRAMING_BYTES = 24;

const encoder = new TextEncoder();

/**
 * Appends one command. After a throw the writer holds a part of it: cut that out.
 * @throws FairleadError `usage` for a value that is no argument, `limit` when the writer is full.
 */
export function encodeCommand(writer: Writer, args: readonly Arg[]): void {
  line(writer, STAR, args.length);
  for (const arg of args) {
    if (typeof arg === 'string') text(writer, arg);
    else if (arg instanceof Uint8Array) bulk(writer, arg);
    else text(writer, numeral(arg));
  }
}

/** A type byte, a number and CR LF. */
function line(writer: Writer, type: number, value: number): void {
  writer.ensure(FRAMING_BYTES);
  const { bytes } = writer;
  bytes[writer.at++] = type;
  if (value < 10) bytes[writer.at++] = ZERO + value;
  else writer.decimal(value);
  bytes[writer.at++] = CR;
  bytes[writer.at++] = LF;
}

function bulk(writer: Writer, bytes: Uint8Array): void {
  line(writer, DOLLAR, bytes.length);
  writer.raw(bytes);
  writer.u8(CR);
  writer.u8(LF);
}

function text(writer: Writer, value: string): void {
  const { length } = value;
  if (length > SHORT) {
    encodedText(writer, value);
    return;
  }
  const before = writer.length;
  writer.ensure(length + FRAMING_BYTES);
  line(writer, DOLLAR, length);
  const { bytes } = writer;
  let { at } = writer;
  for (let index = 0; index < length; index++) {
    const unit = value.charCodeAt(index);
    if (unit > 0x7f) {
      writer.cut(before, writer.length);
      encodedText(writer, value);
      return;
    }
    bytes[at++] = unit;
  }
  bytes[at++] = CR;
  bytes[at++] = LF;
  writer.at = at;
}

function encodedText(writer: Writer, value: string): void {
  // Half a surrogate pair has no UTF-8.
  if (!value.isWellFormed()) throw noArgument();
  bulk(writer, encoder.encode(value));
}
