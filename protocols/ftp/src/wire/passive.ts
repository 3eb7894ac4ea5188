// Reads the port out of the answers to EPSV and PASV. The host of a 227 is never used: it is often a private address behind NAT,
// and a hostile server could name any host.
import { protocolError } from '../errors.ts';
import type { Reply } from '../types.ts';

/** Three equal delimiters, the port, and the delimiter again (RFC 2428 section 3): any printable character but a digit. */
const EXTENDED = /\(([\x21-\x2f\x3a-\x7e])\1\1(\d{1,5})\1\)/;
/** Six numbers; the parentheses may be missing (RFC 1123 section 4.1.2.6). */
const SIX_NUMBERS = /(?:^|\D)\d{1,3},\d{1,3},\d{1,3},\d{1,3},(\d{1,3}),(\d{1,3})(?!\d)/;
/** Below are the well-known ports, where no server lets its data connections arrive. */
const FIRST_PORT = 1024;

/** The port of a 229. @throws FairleadError `protocol`. */
export function extendedPassivePort({ lines }: Reply): number {
  const [, , port] = EXTENDED.exec(lines.join(' ')) ?? [];
  if (port === undefined) throw protocolError('the answer to EPSV has no port');
  return checked(Number(port), 'EPSV');
}

/** The port of a 227. @throws FairleadError `protocol`. */
export function passivePort({ lines }: Reply): number {
  const [, high, low] = SIX_NUMBERS.exec(lines.join(' ').replaceAll(', ', ',')) ?? [];
  if (high === undefined || low === undefined || Number(high) > 255 || Number(low) > 255) {
    throw protocolError('the answer to PASV has no port');
  }
  return checked(Number(high) * 256 + Number(low), 'PASV');
}

function checked(port: number, command: string): number {
  if (port >= FIRST_PORT && port <= 65_535) return port;
  throw protocolError(`the answer to ${command} names port ${port}; data ports are 1024 to 65535`);
}
