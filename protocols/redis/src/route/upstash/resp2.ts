// Replies as RESP2, for callers that ask for them as a TCP connection would bring them. It decodes nothing.
import { concat } from '@fairlead/bytes';
import { isFairleadError } from '@fairlead/errors';
import type { Reply } from '../../wire/messages.ts';
import { wordsOf } from './json-reply.ts';

const CR_LF = '\r\n';
const encoder = new TextEncoder();

/**
 * Replies one behind the other, as bytes. RESP2 has two spellings of null, of which the client keeps one: `$-1`.
 * @param replies With strings as bytes, in the shapes of RESP2.
 * @param words The text of an error.
 */
export function resp2(
  replies: readonly Reply[],
  words: (error: Error) => string = wordsOf,
): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  for (const reply of replies) append(parts, reply, words);
  return concat(parts);
}

function append(parts: Uint8Array[], reply: Reply, words: (error: Error) => string): void {
  const line = (text: string): void => void parts.push(encoder.encode(text + CR_LF));
  if (reply instanceof Uint8Array) {
    line(`$${reply.length}`);
    parts.push(reply);
    line('');
  } else if (Array.isArray(reply)) {
    line(`*${reply.length}`);
    for (const item of reply) append(parts, item, words);
  } else if (isFairleadError(reply)) line(`-${words(reply).replaceAll(/[\r\n]+/g, ' ')}`);
  else if (reply === null) line('$-1');
  else line(typeof reply === 'string' ? `+${reply}` : `:${String(reply)}`);
}
