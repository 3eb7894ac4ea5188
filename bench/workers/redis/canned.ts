// Commands as ready-made bytes, and how many bytes their replies have: for the subjects that encode and parse nothing.
import { SMALL } from './scenarios.ts';

/** A command's bytes and its reply's length. */
export interface Canned {
  readonly command: Uint8Array;
  readonly replyBytes: number;
}

const encoder = new TextEncoder();

function canned(command: string, reply: string): Canned {
  return { command: encoder.encode(command), replyBytes: reply.length };
}

/** What the scenarios ask. */
export const COMMANDS = {
  small: canned('*2\r\n$3\r\nGET\r\n$5\r\nsmall\r\n', `$16\r\n${SMALL}\r\n`),
  big: canned('*2\r\n$3\r\nGET\r\n$3\r\nbig\r\n', `$1000000\r\n${'x'.repeat(1_000_000)}\r\n`),
  set: canned(`*3\r\n$3\r\nSET\r\n$5\r\nother\r\n$16\r\n${SMALL}\r\n`, '+OK\r\n'),
};

/** The same bytes so many times. */
export function repeat(bytes: Uint8Array, times: number): Uint8Array {
  const all = new Uint8Array(bytes.length * times);
  for (let i = 0; i < times; i++) all.set(bytes, i * bytes.length);
  return all;
}
