// The URL and the options of a fetch, checked and merged into one request. It dials nothing.
import { checkSignal } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import { checkTimeMs, checkTlsOptions } from '@fairlead/transport';
import type { FetchOptions } from '../types.ts';
import { linkOf } from '../wire/decode-menu.ts';
import type { Answer } from '../wire/messages.ts';
import { type GopherUrl, parseGopherUrl } from '../wire/url.ts';

/** A request, and the server that it goes to. */
export interface ResolvedRequest extends Omit<GopherUrl, 'search'> {
  readonly search: string | Uint8Array | undefined;
  readonly ask: readonly Answer[] | undefined;
}

/**
 * The request of a URL, with the options over it.
 * @throws FairleadError `usage`: a malformed URL, option or Gopher+ string; a `URL:` link, which no Gopher server answers.
 */
export function resolveRequest(target: string | URL, options: FetchOptions): ResolvedRequest {
  checkOptions(options);
  const parsed = parseGopherUrl(target);
  const link = linkOf(parsed.type, parsed.selector);
  if (link !== undefined) {
    throw usage(`The item is a link to ${JSON.stringify(link)}: no Gopher server has it`);
  }
  const { search, ask, tls } = options;
  if (tls !== undefined && !parsed.tls) throw usage('tls is for gophers: URLs; a gopher: URL is without TLS');
  const asked = options.gopherPlus ?? parsed.gopherPlus;
  const gopherPlus = asked === true || (!asked && ask !== undefined) ? '+' : asked || undefined;
  if (ask !== undefined && !gopherPlus?.startsWith('+')) {
    throw usage('ask needs a Gopher+ string with + (gopherPlus)');
  }
  return {
    ...parsed,
    search: search ?? parsed.search,
    gopherPlus,
    ask,
  };
}

/** @throws FairleadError `usage` for an option of a wrong type. */
function checkOptions(options: FetchOptions): void {
  if (typeof options !== 'object' || options === null) throw usage('The options must be an object');
  const { search, gopherPlus, ask, tls, connector, signal, connectTimeoutMs, timeoutMs, ...caps } = options;
  if (tls !== undefined) checkTls(tls);
  if (connector !== undefined && typeof connector !== 'function') throw usage('connector must be a function');
  checkTimeMs('connectTimeoutMs', connectTimeoutMs);
  checkTimeMs('timeoutMs', timeoutMs);
  checkSignal(signal);
  if (search !== undefined && typeof search !== 'string') throw usage('search must be text');
  if (!['undefined', 'boolean', 'string'].includes(typeof gopherPlus)) {
    throw usage('gopherPlus must be true, false or a Gopher+ string');
  }
  if (ask !== undefined && !Array.isArray(ask)) throw usage('ask must be an array of answers');
  for (const cap of [caps.maxBytes, caps.maxItems]) {
    if (cap !== undefined && !(cap >= 0)) throw usage('maxBytes and maxItems must be numbers, 0 or more');
  }
}

/** @throws FairleadError `usage`. */
function checkTls(tls: unknown): void {
  if (typeof tls !== 'object' || tls === null)
    throw usage('tls is an object: whether TLS is on says the URL');
  checkTlsOptions(tls);
}
