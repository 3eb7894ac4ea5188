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
  writer.ensure(FRAMING_BYTES);
  writer.at = line(writer.bytes, writer.at, STAR, args.length);
  for (const arg of args) {
    if (typeof arg === 'string') text(writer, arg);
    else if (arg instanceof Uint8Array) bulk(writer, arg);
    else text(writer, numeral(arg));
  }
}

/** Writes a type byte, a number and CR LF at `at`. @returns The place behind them. */
function line(bytes: Uint8Array, at: number, type: number, value: number): number {
  let end = at + 2;
  for (let power = 10; power <= value; power *= 10) end++;
  bytes[at] = type;
  bytes[end] = CR;
  bytes[end + 1] = LF;
  // Most numbers have one digit, and a division costs as much as all the rest.
  let rest = value;
  for (let place = end - 1; place > at + 1; place--) {
    const next = Math.floor(rest / 10);
    bytes[place] = rest - next * 10 + ZERO;
    rest = next;
  }
  bytes[at + 1] = rest + ZERO;
  return end + 2;
}

function bulk(writer: Writer, value: Uint8Array): void {
  const { length } = value;
  writer.ensure(length + FRAMING_BYTES);
  const { bytes } = writer;
  const at = line(bytes, writer.at, DOLLAR, length);
  bytes.set(value, at);
  bytes[at + length] = CR;
  bytes[at + length + 1] = LF;
  writer.at = at + length + 2;
}

function text(writer: Writer, value: string): void {
  const { length } = value;
  if (length > SHORT) {
    encodedText(writer, value);
    return;
  }
  writer.ensure(length + FRAMING_BYTES);
  const { bytes } = writer;
  let at = line(bytes, writer.at, DOLLAR, length);
  let units = 0;
  for (let index = 0; index < length; index++) {
    const unit = value.charCodeAt(index);
    units |= unit;
    bytes[at++] = unit;
  }
  // Nothing counts as written yet.
  if (units > 0x7f) {
    encodedText(writer, value);
    return;
  }
  bytes[at] = CR;
  bytes[at + 1] = LF;
  writer.at = at + 2;
}

function encodedText(writer: Writer, value: string): void {
  // Half a surrogate pair has no UTF-8.
  if (!value.isWellFormed()) throw noArgument();
  bulk(writer, encoder.encode(value));
}
