// One request and one answer in raw bytes over a connection of its own. It speaks no protocol and logs in nowhere.
import { type CallLimit, limitOf, remainingMs, stackAtCaller, timeUp } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import {
  type Address,
  bounded,
  checkTimeMs,
  connect,
  DEFAULT_CONNECT_TIMEOUT_MS,
  normalizeAddress,
  parseAddress,
  type Transport,
} from '@fairlead/transport';
import { roundMs } from '../round-ms.ts';
import { tlsOf } from '../tls-choice.ts';
import { AnswerBuffer } from './answer.ts';
import { DEFAULT_MAX_BYTES, MAX_PATTERN_BYTES } from './limits.ts';
import type { SendEnd, SendOptions, SendResult, SendUntil } from './types.ts';

const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Sends bytes to a server, reads its answer to the end that `until` names (always also the server's own end, and `maxBytes`),
 * and closes the connection. The answer is read while the data is still on its way.
 * @param address `host:port`, `[IPv6]:port`, or both parts of it.
 * @param data Text stands for its UTF-8 form. Empty: nothing is sent, and the server speaks first.
 * @throws FairleadError `usage` (address, options; `end` over a connector whose directions end together), `timeout`, `aborted`,
 *   `connection_lost` (the server reset the connection), and the connector's errors: `connect_failed`, `connect_timeout`,
 *   `tls_failed`, `policy`. `safeToRetry` is true only where nothing was written.
 * @example
 * ```ts
 * import { send } from '@fairlead/tcp';
 *
 * const { data } = await send('whois.example.com:43', 'example.com\r\n', { timeoutMs: 5_000 });
 * console.log(new TextDecoder().decode(data));
 * ```
 */
export async function send(
  address: string | Pick<Address, 'hostname' | 'port'>,
  data: string | Uint8Array,
  options: SendOptions = {},
): Promise<SendResult> {
  const limit = limitOf(options, DEFAULT_TIMEOUT_MS);
  const target = normalizeAddress(typeof address === 'string' ? parseAddress(address) : address);
  const answer = new AnswerBuffer(byteEnds(options));
  const { connector = connect, connectTimeoutMs = DEFAULT_CONNECT_TIMEOUT_MS } = options;
  const { tls, tlsOptions } = tlsOf(options.tls);
  checkTimeMs('connectTimeoutMs', connectTimeoutMs);
  const bytes = toBytes(data);
  const startedAt = performance.now();
  try {
    const transport = await connector(target, {
      tls: tls ? 'implicit' : 'off',
      tlsOptions,
      signal: limit.signal,
      connectTimeoutMs: Math.min(connectTimeoutMs, remainingMs(limit)),
    });
    const connectMs = roundMs(performance.now() - startedAt);
    const exchange = new Exchange(transport, answer, options.until ?? {}, limit, bytes.length === 0);
    exchange.write(bytes, options.end ?? false);
    const { endedBy, firstByteMs } = await exchange.readToEnd();
    const totalMs = roundMs(performance.now() - startedAt);
    return {
      data: answer.take(),
      endedBy,
      connectMs,
      ...(firstByteMs === undefined ? {} : { firstByteMs }),
      totalMs,
    };
  } catch (error) {
    throw stackAtCaller(error);
  }
}

/** What goes over one connection. */
class Exchange {
  readonly #transport: Transport;
  readonly #answer: AnswerBuffer;
  readonly #until: SendUntil;
  readonly #limit: CallLimit;
  readonly #isUntouched: boolean;
  readonly #openedAt = Date.now();
  readonly #opened = performance.now();
  #lastAt = this.#openedAt;

  constructor(
    transport: Transport,
    answer: AnswerBuffer,
    until: SendUntil,
    limit: CallLimit,
    isUntouched: boolean,
  ) {
    this.#transport = transport;
    this.#answer = answer;
    this.#until = until;
    this.#limit = limit;
    this.#isUntouched = isUntouched;
  }

  /** Not awaited: a server may answer before it has read everything. What fails here fails the read. */
  write(bytes: Uint8Array, end: boolean): void {
    void this.#transport.write(bytes);
    if (end) this.#transport.closeWrite().catch((reason: Error) => this.#transport.destroy(reason));
  }

  /** @throws FairleadError `timeout`, and what the transport throws. */
  async readToEnd(): Promise<{ endedBy: SendEnd; firstByteMs: number | undefined }> {
    let firstByteMs: number | undefined;
    for (;;) {
      const [waitMs, byTime] = this.#wait();
      const outcome = await bounded(this.#transport.read(), Math.max(1, waitMs));
      if (outcome.kind === 'failed') throw outcome.error;
      if (outcome.kind !== 'done') {
        const late = timeUp('send', this.#limit.timeoutMs, this.#isUntouched);
        // The pending read ends with the connection.
        this.#transport.destroy(late);
        if (byTime === 'timeoutMs') throw late;
        return { endedBy: byTime, firstByteMs };
      }
      const chunk = outcome.value;
      if (chunk === undefined) return this.#closed('close', firstByteMs);
      firstByteMs ??= roundMs(performance.now() - this.#opened);
      this.#lastAt = Date.now();
      const endedBy = this.#answer.push(chunk);
      if (endedBy !== undefined) return this.#closed(endedBy, firstByteMs);
    }
  }

  /** How long the next read may take, and what it is when it takes longer: the earliest of the three. */
  #wait(): [ms: number, byTime: 'silentMs' | 'totalMs' | 'timeoutMs'] {
    const { silentMs = Number.POSITIVE_INFINITY, totalMs = Number.POSITIVE_INFINITY } = this.#until;
    const silentAt = this.#lastAt + silentMs;
    const totalAt = this.#openedAt + totalMs;
    const { at } = this.#limit;
    const first = Math.min(silentAt, totalAt, at);
    const byTime = first === at ? 'timeoutMs' : first === totalAt ? 'totalMs' : 'silentMs';
    return [first - Date.now(), byTime];
  }

  async #closed(
    endedBy: SendEnd,
    firstByteMs: number | undefined,
  ): Promise<{ endedBy: SendEnd; firstByteMs: number | undefined }> {
    await this.#transport.close();
    return { endedBy, firstByteMs };
  }
}

/** @throws FairleadError `usage`. */
function byteEnds({ until = {}, maxBytes = DEFAULT_MAX_BYTES }: SendOptions) {
  const { bytes, pattern: wanted, silentMs, totalMs } = until;
  checkCount('maxBytes', maxBytes);
  if (bytes !== undefined) checkCount('until.bytes', bytes);
  checkTimeMs('until.silentMs', silentMs);
  checkTimeMs('until.totalMs', totalMs);
  const pattern = wanted === undefined ? undefined : toBytes(wanted);
  if (pattern !== undefined && (pattern.length === 0 || pattern.length > MAX_PATTERN_BYTES)) {
    throw usage(`until.pattern has 1 to ${MAX_PATTERN_BYTES} bytes`);
  }
  return { bytes, pattern, maxBytes };
}

/** @throws FairleadError `usage`. */
function checkCount(name: string, count: number): void {
  if (!(Number.isSafeInteger(count) && count > 0)) throw usage(`${name} is a whole number above 0`);
}

function toBytes(data: string | Uint8Array): Uint8Array {
  return typeof data === 'string' ? new TextEncoder().encode(data) : data;
}
