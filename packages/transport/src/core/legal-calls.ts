// Which calls of an open transport are legal when. Pure: it returns the reason of a refusal, and the transport throws it.
import type { TlsMode } from '../types.ts';

/** A call that may come at the wrong time. */
export type Call = 'read' | 'write' | 'startTls' | 'closeWrite';

/** What decides on it. */
export interface CallState {
  readonly mode: TlsMode;
  readonly hasTls: boolean;
  readonly isReading: boolean;
  readonly isUpgrading: boolean;
  /** `closeWrite()` was called. */
  readonly hasClosedWrite: boolean;
  /** Whether one direction can end alone. */
  readonly canHalfClose: boolean;
}

/** Why `call` is refused, as the message of a `usage` error; `undefined` where it is legal. */
export function misuseOf(call: Call, state: CallState): string | undefined {
  if (state.isUpgrading && call !== 'write') return `${call}() during startTls(): await it first`;
  if (call === 'read') return state.isReading ? 'a read is pending already: one at a time' : undefined;
  if (call === 'closeWrite') {
    return state.canHalfClose ? undefined : 'closeWrite(): here both directions end together; use close()';
  }
  if (state.hasClosedWrite) return `${call}() after closeWrite()`;
  if (call === 'write') return undefined;
  if (state.mode !== 'starttls') return `startTls() needs a transport connected with tls: 'starttls'`;
  if (state.hasTls) return 'TLS is on already: startTls() was called twice';
  if (state.isReading) return 'startTls() while a read is pending: read the answer to the end first';
  return undefined;
}
