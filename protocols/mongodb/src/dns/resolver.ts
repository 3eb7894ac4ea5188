// Asks a resolver by DNS over HTTPS (RFC 8484), and keeps answers in the isolate for as long as their TTL says.
import { concat, toBase64 } from '@fairlead/bytes';
import { type CallLimit, remainingMs } from '@fairlead/client';
import { FairleadError, isFairleadError } from '@fairlead/errors';
import { bounded } from '@fairlead/transport';
import { type DnsRecord, decodeAnswer, encodeQuestion, type RecordType } from './message.ts';

/** How the DNS is asked. */
export interface Resolver {
  /** An address of DNS over HTTPS. */
  readonly url: string;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
}

/** RFC 1035 section 4.2.2: a message has a length of 16 bits. */
const MAX_MESSAGE_BYTES = 65_535;
const MAX_CACHED = 100;
/** A wrong record should not live on in an isolate for days. */
const MAX_TTL_SECONDS = 3_600;
/** For names without such records: their TTL stands in another section. */
const EMPTY_TTL_SECONDS = 60;
const NAME_DOES_NOT_EXIST = 3;

interface Cached {
  readonly records: readonly DnsRecord[];
  readonly until: number;
}

/** By URL, type and name. Values alone: a promise of one request must not be awaited by another. */
const cache = /* @__PURE__ */ new Map<string, Cached>();

/**
 * The records of a name; none where there are none.
 * @throws FairleadError `connect_failed` (the resolver, or its answer), `connect_timeout`, `aborted`.
 */
export async function lookUp(
  { url, fetch }: Resolver,
  name: string,
  type: RecordType,
  limit: CallLimit,
): Promise<readonly DnsRecord[]> {
  const key = `${url} ${type} ${name}`;
  const cached = cache.get(key);
  if (cached && cached.until > Date.now()) return cached.records;
  const controller = new AbortController();
  const target = new URL(url);
  target.searchParams.set('dns', base64Url(encodeQuestion(name, type)));
  const work = ask(fetch, target.href, controller.signal);
  const outcome = await bounded(work, remainingMs(limit), limit.signal);
  if (outcome.kind !== 'done') controller.abort();
  if (outcome.kind === 'aborted') throw limit.signal?.reason;
  if (outcome.kind === 'timeout') {
    const message = `The resolver did not answer within ${limit.timeoutMs} ms.`;
    throw new FairleadError('connect_timeout', message, { safeToRetry: true });
  }
  if (outcome.kind === 'failed') {
    const { error } = outcome;
    throw isFairleadError(error) ? error : dnsFailure('The resolver did not answer', error);
  }
  const answer = decodeAnswer(outcome.value, type);
  if (!answer) throw dnsFailure("The resolver's answer is no DNS message");
  const { rcode, records } = answer;
  if (rcode !== 0 && rcode !== NAME_DOES_NOT_EXIST)
    throw dnsFailure(`The resolver answered with error ${rcode}`);
  keep(key, records);
  return records;
}

/** The error of a name that could not be looked up, or whose records are wrong. */
export function dnsFailure(message: string, cause?: unknown): FairleadError {
  return new FairleadError('connect_failed', `${message}.`, { cause, safeToRetry: true });
}

async function ask(fetch: Resolver['fetch'], url: string, signal: AbortSignal): Promise<Uint8Array> {
  const headers = { accept: 'application/dns-message' };
  const response = await fetch(url, { headers, signal, redirect: 'manual' });
  if (response.status !== 200 || !response.body) {
    await response.body?.cancel();
    throw dnsFailure(`The resolver answered with status ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop cancels the body.
  for await (const chunk of response.body) {
    length += chunk.length;
    if (length > MAX_MESSAGE_BYTES) throw dnsFailure("The resolver's answer is too long");
    chunks.push(chunk);
  }
  return concat(chunks);
}

function keep(key: string, records: readonly DnsRecord[]): void {
  const ttls = records.map(({ ttlSeconds }) => ttlSeconds);
  const ttl = Math.min(MAX_TTL_SECONDS, ...(ttls.length > 0 ? ttls : [EMPTY_TTL_SECONDS]));
  cache.delete(key);
  if (ttl <= 0) return;
  cache.set(key, { records, until: Date.now() + ttl * 1_000 });
  const [oldest] = cache.keys();
  if (cache.size > MAX_CACHED && oldest !== undefined) cache.delete(oldest);
}

/** RFC 8484 section 6: without padding. */
function base64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
