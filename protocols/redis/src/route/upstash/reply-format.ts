// How a caller wants its replies: Upstash's headers, checked.
import { toBase64 } from '@fairlead/bytes';
import { HttpProblem, type RouteContext } from '@fairlead/http';

/** The form of an answer. */
export interface ReplyFormat {
  /** Bytes as a TCP connection would bring them, in place of JSON. */
  readonly isResp2: boolean;
  /** Encodes the strings of JSON; without it they are text. */
  readonly base64: ((bytes: Uint8Array) => string) | undefined;
}

/**
 * The form that a request asks for.
 * @throws HttpProblem 400 for an unknown one, and for base64 within RESP2, as Upstash refuses them.
 */
export function replyFormatOf(c: RouteContext): ReplyFormat {
  const format = c.req.header('Upstash-Response-Format')?.toLowerCase() ?? 'json';
  const isBase64 = c.req.header('Upstash-Encoding') === 'base64';
  if (format !== 'json' && format !== 'resp2') {
    throw new HttpProblem('invalid', 'Upstash-Response-Format is "json" or "resp2".');
  }
  if (format === 'resp2' && isBase64) {
    throw new HttpProblem(
      'invalid',
      'Upstash-Response-Format: resp2 has no Upstash-Encoding: its strings are bytes.',
    );
  }
  return { isResp2: format === 'resp2', base64: isBase64 ? toBase64 : undefined };
}
