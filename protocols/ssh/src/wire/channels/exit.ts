// Reads how a command has ended (RFC 4254 section 6.10).
import { decodeUtf8Lossy } from '@fairlead/bytes';
import { SshReader } from '../ssh-reader.ts';
import type { ChannelRequest } from './messages.ts';

/** How a command or a shell has ended. All is undefined where the server says nothing. */
export interface ProcessExit {
  /** The exit status, 0 to 4,294,967,295. */
  readonly code: number | undefined;
  /** The signal's name without `SIG`: `TERM`. */
  readonly signal: string | undefined;
  /** What the server says of the signal. */
  readonly message: string | undefined;
  readonly coreDumped: boolean | undefined;
}

/** The end of a command of which the server said nothing. */
export const UNKNOWN_EXIT: ProcessExit = {
  code: undefined,
  signal: undefined,
  message: undefined,
  coreDumped: undefined,
};

/** Reads `exit-status` and `exit-signal`; undefined for another request. @throws FairleadError `protocol`. */
export function readExit({ name, body }: ChannelRequest): ProcessExit | undefined {
  if (name !== 'exit-status' && name !== 'exit-signal') return undefined;
  const reader = new SshReader(body);
  if (name === 'exit-status') {
    const code = reader.u32();
    reader.end();
    return { ...UNKNOWN_EXIT, code };
  }
  const signal = reader.name();
  const coreDumped = reader.boolean();
  const message = decodeUtf8Lossy(reader.string());
  // The language; some servers leave it out.
  if (reader.left > 0) reader.string();
  return { code: undefined, signal, message, coreDumped };
}
