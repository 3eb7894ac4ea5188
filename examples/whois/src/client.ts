// What users import: asks one question over a connection of its own.
import { limitOf, remainingMs, stackAtCaller, TransportReader, withinLimit } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import { type Connector, connect, normalizeAddress } from '@fairlead/transport';
import { decodeAnswer, encodeQuery } from './wire/query.ts';

const PORT = 43;
const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_MAX_BYTES = 1_048_576;

/** Options of `lookup`. */
export interface WhoisOptions {
  /** The server's name or address. */
  readonly hostname: string;
  /** Default 43. */
  readonly port?: number | undefined;
  /** What dials. Default: the runtime's own. */
  readonly connector?: Connector | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the whole lookup. Default 10,000; `Infinity` for no limit. */
  readonly timeoutMs?: number | undefined;
  /** The longest answer. Default 1,048,576 (1 MiB). */
  readonly maxBytes?: number | undefined;
}

/**
 * Asks a WHOIS server (RFC 3912). The protocol has no TLS: question and answer travel in clear.
 * @param query What is asked, for instance a domain name.
 * @returns The server's text, with LF as line ends.
 * @throws FairleadError `usage` (the query or an option), `limit` (the answer is longer than `maxBytes`), `timeout`,
 *   `aborted`, `connection_lost`, and what the connector throws.
 * @example
 * ```ts
 * import { lookup } from '@fairlead/whois';
 *
 * console.log(await lookup('example.com', { hostname: 'whois.iana.org' }));
 * ```
 */
export async function lookup(query: string, options: WhoisOptions): Promise<string> {
  const limit = limitOf(options, DEFAULT_TIMEOUT_MS);
  const { hostname, port = PORT, connector = connect, maxBytes = DEFAULT_MAX_BYTES } = options;
  const address = normalizeAddress({ hostname, port });
  const line = encodeQuery(query);
  if (!(Number.isSafeInteger(maxBytes) && maxBytes > 0)) throw usage('maxBytes is a whole number above 0');
  try {
    const { signal } = limit;
    const transport = await connector(address, { signal, connectTimeoutMs: remainingMs(limit) });
    try {
      return await withinLimit(transport, 'lookup', limit, async () => {
        // Not waited for: the read that follows in the same turn carries it out, and fails if it fails.
        void transport.write(line);
        return decodeAnswer(await new TransportReader(transport, { maxBytes }).readAll());
      });
    } finally {
      await transport.close();
    }
  } catch (error) {
    throw stackAtCaller(error);
  }
}
