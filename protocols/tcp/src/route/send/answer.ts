// Sends what a request asks for, and writes the server's answer as JSON. The connection's login, if it has one, plays no part.
import { decodeUtf8, toBase64, toHex } from '@fairlead/bytes';
import { audit, HttpProblem, type RouteContext, withDeadline } from '@fairlead/http';
import { DEFAULT_MAX_BYTES } from '../../send/limits.ts';
import { send } from '../../send/send.ts';
import { resolveDial } from '../resolve-dial.ts';
import type { AnswerEncoding, SendRequest } from './schemas.ts';

/** The answer to `POST /send`. */
export async function answerSend(c: RouteContext, request: SendRequest) {
  const { maxResultBytes } = c.get('config').limits;
  const { maxBytes = Math.min(DEFAULT_MAX_BYTES, maxResultBytes) } = request;
  if (maxBytes > maxResultBytes) {
    throw new HttpProblem('invalid', `body.maxBytes: must be at most ${maxResultBytes} (maxResultBytes)`);
  }
  const { name, dial, connector, tlsOptions } = resolveDial(c, 'send', request);
  audit(c, { action: 'send' });
  const { tls, end, until, encoding = 'text' } = request;
  const { data, ...result } = await withDeadline(c, (signal) =>
    send(dial, request.data ?? new Uint8Array(), {
      tls: tls && (tlsOptions ?? true),
      end,
      until,
      maxBytes,
      signal,
      connector,
      timeoutMs: Number.POSITIVE_INFINITY,
    }),
  );
  return c.json({ ...name, ...encode(data, encoding), bytes: data.length, ...result }, 200);
}

/** The bytes as asked for; as base64 where they are no UTF-8, so that none is lost. */
function encode(bytes: Uint8Array, encoding: AnswerEncoding): { data: string; encoding: AnswerEncoding } {
  switch (encoding) {
    case 'hex':
      return { data: toHex(bytes), encoding };
    case 'base64':
      return { data: toBase64(bytes), encoding };
    case 'latin1':
      return { data: latin1(bytes), encoding };
    case 'text': {
      const text = decodeUtf8(bytes);
      return text === undefined ? encode(bytes, 'base64') : { data: text, encoding };
    }
  }
}

/** Each byte as the character of its number (ISO 8859-1), which is not what `TextDecoder` calls latin1. */
function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
