// A request of `POST /tcp/send`, and its answer as bytes. Pure.
import type { TcpSend, TcpSendRequest } from '@fairlead/sdk';
import type { Target } from '../targets/target.ts';
import { writeBytes } from './bytes.ts';

/** What is sent, and what ends the answer. */
export interface SendWish {
  readonly target: Target;
  readonly bytes: Uint8Array;
  readonly tls: boolean;
  /** Whether this direction ends behind the bytes. */
  readonly end: boolean;
  readonly silentMs: number;
}

/** The longest that an answer may take, in milliseconds. */
const TOTAL_MS = 20_000;

const ENDS: Readonly<Record<string, string>> = {
  close: 'The server has closed the connection.',
  silentMs: 'Nothing more came.',
  totalMs: 'The time was up.',
  maxBytes: 'The answer was cut: it is longer than is shown.',
  bytes: 'So many bytes were asked for.',
  pattern: 'The pattern came.',
};

/** The request's body: text where the bytes are text, so that it can be read and repeated. */
export function sendBody({ target, bytes, tls, end, silentMs }: SendWish): TcpSendRequest {
  const text = textOf(bytes);
  return {
    ...target,
    ...(bytes.length > 0 && { data: text ?? { hex: writeBytes(bytes, 'hex').replaceAll(' ', '') } }),
    ...(tls && { tls }),
    ...(end && { end }),
    until: { silentMs, totalMs: TOTAL_MS },
    encoding: 'base64',
  };
}

/** The answer's bytes. */
export function answerBytes({ data, encoding }: Pick<TcpSend, 'data' | 'encoding'>): Uint8Array<ArrayBuffer> {
  if (encoding !== 'base64') return new TextEncoder().encode(data);
  return Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
}

/** Why the answer ended, in words. */
export function endWords(endedBy: string): string {
  return ENDS[endedBy] ?? endedBy;
}

/** The text whose UTF-8 the bytes are; undefined where they are none. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
