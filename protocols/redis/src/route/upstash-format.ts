// Upstash's REST shape: commands out of paths and bodies, replies into its JSON. It knows no HTTP framework.
import { decodeUtf8Lossy } from '@fairlead/bytes';
import { isFairleadError } from '@fairlead/errors';
import type { Reply } from '../wire/messages.ts';

/** A command as JSON or a path carries it; bytes where a path's body is an argument. */
export type Command = readonly (string | number | Uint8Array)[];

/** Query parameters for the gateway. */
const OWN_PARAMETERS = new Set(['connection']);

/**
 * The command of a path such as `/set/k/v?EX=10&NX`: its segments, then the body, then the query's names and values.
 * @param path Behind the prefix and its slash, still percent-encoded.
 * @param body An empty one adds no argument.
 * @param query Behind the `?`, still percent-encoded.
 * @returns undefined where the path is empty, or something is not percent-encoded UTF-8.
 */
export function commandOfPath(path: string, body: Uint8Array, query: string): Command | undefined {
  const command: (string | Uint8Array)[] = [];
  try {
    for (const segment of path.split('/')) command.push(decodeURIComponent(segment));
    if (command[0] === '') return undefined;
    if (body.length > 0) command.push(body);
    for (const pair of query.split('&')) {
      const [name = '', ...values] = pair.split('=').map(decodeQuery);
      if (OWN_PARAMETERS.has(name)) continue;
      command.push(...[name, values.join('=')].filter((part) => part !== ''));
    }
  } catch {
    // The runtime's own URIError says no more.
    return undefined;
  }
  return command;
}

/** `URLSearchParams` would put U+FFFD for bytes that are not UTF-8. */
function decodeQuery(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

/**
 * A reply as Upstash's JSON has it: the shapes of RESP2, integers beyond 2^53 as strings so that nothing is lost.
 * @param base64 Strings as base64 of their bytes (but a status `OK`); else as text, with U+FFFD for what is not UTF-8.
 */
export function jsonReply(reply: Reply, base64: ((bytes: Uint8Array) => string) | undefined): unknown {
  if (reply === 'OK') return reply;
  return convert(reply, base64);
}

function convert(reply: Reply, base64: ((bytes: Uint8Array) => string) | undefined): unknown {
  if (Array.isArray(reply)) return reply.map((item) => convert(item, base64));
  if (isFairleadError(reply)) return { error: wordsOf(reply) };
  if (reply instanceof Uint8Array) return base64 === undefined ? decodeUtf8Lossy(reply) : base64(reply);
  if (typeof reply === 'string' || typeof reply === 'bigint') {
    return base64 === undefined ? String(reply) : base64(new TextEncoder().encode(String(reply)));
  }
  return reply;
}

/** The text of an error: the server's own words where it is the server's. */
export function wordsOf(error: Error): string {
  return isFairleadError(error) ? (error.server?.message ?? error.message) : error.message;
}
