// Names to addresses by DNS over HTTPS (RFC 8484), with a small memory. It judges no address.
import { FairleadError } from '@fairlead/errors';
import ipaddr from 'ipaddr.js';
import { fetchBytes } from '../../outgoing/fetch-bytes.ts';
import { type Ip, parseIp } from '../special-addresses.ts';
import {
  type DnsAnswer,
  decodeAnswer,
  encodeQuery,
  type RecordType,
  TYPE_A,
  TYPE_AAAA,
} from './dns-message.ts';

const DNS_MESSAGE = 'application/dns-message';
/** More than any honest answer with addresses has. */
const MAX_ANSWER_BYTES = 16_384;
/** The longest that an answer is kept, whatever it says of itself. */
const MAX_TTL_SECONDS = 300;
const MAX_NAMES = 1000;

interface Known {
  readonly addresses: readonly Ip[];
  readonly until: number;
}

/** Asks one resolver. What is kept is answers, never a promise: workerd ties a promise to the request that made it. */
export class Resolver {
  readonly #url: string;
  readonly #known = new Map<string, Known>();

  constructor(url: string) {
    this.#url = url;
  }

  /**
   * All addresses of a name, IPv4 first.
   * @throws FairleadError `connect_failed`, safe to retry: there are none, or the resolver fails; what `signal` fires with.
   */
  async addresses(hostname: string, signal: AbortSignal): Promise<readonly Ip[]> {
    const known = this.#known.get(hostname);
    if (known !== undefined && Date.now() < known.until) return known.addresses;
    this.#known.delete(hostname);
    const answers = await Promise.all([
      this.#ask(hostname, TYPE_A, signal),
      this.#ask(hostname, TYPE_AAAA, signal),
    ]);
    const addresses = answers.flatMap((answer) => answer.addresses.map(toIp));
    if (addresses.length === 0) throw failure('The host name has no address.');
    const ttls = answers.filter((answer) => answer.addresses.length > 0).map((answer) => answer.ttlSeconds);
    this.#keep(hostname, addresses, Math.min(MAX_TTL_SECONDS, ...ttls));
    return addresses;
  }

  async #ask(hostname: string, type: RecordType, signal: AbortSignal): Promise<DnsAnswer> {
    const body = encodeQuery(hostname, type);
    if (body === undefined) throw failure('The host name is longer than a name in the DNS.');
    const headers = { 'Content-Type': DNS_MESSAGE, Accept: DNS_MESSAGE };
    let bytes: Uint8Array;
    try {
      bytes = await fetchBytes(this.#url, {
        method: 'POST',
        body,
        headers,
        signal,
        maxBytes: MAX_ANSWER_BYTES,
      });
    } catch (cause) {
      signal.throwIfAborted();
      throw failure('The resolver of host names did not answer.', cause);
    }
    const answer = decodeAnswer(bytes, type);
    if (answer === undefined) throw failure('The resolver of host names answered with a failure.');
    return answer;
  }

  #keep(hostname: string, addresses: readonly Ip[], ttlSeconds: number): void {
    if (ttlSeconds === 0) return;
    const [first] = this.#known.keys();
    if (this.#known.size >= MAX_NAMES && first !== undefined) this.#known.delete(first);
    this.#known.set(hostname, { addresses, until: Date.now() + ttlSeconds * 1000 });
  }
}

/** IPv4 inside `::ffff:0:0/96` comes out as IPv4, as `parseIp` has it. */
function toIp(bytes: Uint8Array): Ip {
  const address = ipaddr.fromByteArray(Array.from(bytes));
  return parseIp(address.toString()) ?? address;
}

function failure(message: string, cause?: unknown): FairleadError {
  return new FairleadError('connect_failed', message, { safeToRetry: true, cause });
}
