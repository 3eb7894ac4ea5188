// What a fetch may be told, and what URL and options ask for together. It dials nothing.
import { checkSignal } from '@fairlead/client';
import { type Connector, checkTimeMs } from '@fairlead/transport';
import { usage } from '../errors.ts';
import type { Answer } from '../types.ts';
import { linkOf } from '../wire/decode-menu.ts';
import { type GopherUrl, parseGopherUrl } from './url.ts';

/** Caps of the methods that gather an answer. The stream has none. */
export interface GatherLimits {
  /** Bytes of `bytes()`, `text()`, `menu()` and `attributes()`. Default 16,777,216 (16 MiB). */
  readonly maxBytes?: number | undefined;
  /** Items of a menu, lines of attributes. Default 100,000. */
  readonly maxItems?: number | undefined;
}

/** Options of `fetch`. */
export interface FetchOptions extends GatherLimits {
  /** What a search engine (type 7) is asked, as text. Wins over the URL's. */
  readonly search?: string | undefined;
  /**
   * Asks by Gopher+: `true` or `+` for the item, `+<view> <language>` for one of its views, `!` for its attributes,
   * `!+VIEWS+ABSTRACT` for some, `$` for those of all items of a menu. Wins over the URL's. Default: plain Gopher.
   */
  readonly gopherPlus?: boolean | string | undefined;
  /** Answers of a form, in the order of its questions (`Note` asks nothing). Implies Gopher+. */
  readonly ask?: readonly Answer[] | undefined;
  /** Opens the transport. Default: `connect` of `@fairlead/transport`. */
  readonly connector?: Connector | undefined;
  /** Ends the connection, also while the body is read. */
  readonly signal?: AbortSignal | undefined;
  /** Covers TCP and TLS. Default 10,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** The longest silence while bytes are waited for, not the time of the whole. Default 10,000. */
  readonly timeoutMs?: number | undefined;
}

/** What to send where. */
export interface Wanted extends Omit<GopherUrl, 'search'> {
  readonly search: string | Uint8Array | undefined;
  readonly ask: readonly Answer[] | undefined;
}

/**
 * What the URL says, under what the options say.
 * @throws FairleadError `usage`: the URL, the Gopher+ string, a link to elsewhere (`URL:`).
 */
export function resolveRequest(target: string | URL, options: FetchOptions): Wanted {
  checkOptions(options);
  const parsed = parseGopherUrl(target);
  const link = linkOf(parsed.type, parsed.selector);
  if (link !== undefined) {
    throw usage(`The item is a link to ${JSON.stringify(link)}`);
  }
  const { search, ask } = options;
  const asked = options.gopherPlus ?? parsed.gopherPlus;
  const gopherPlus = asked === true || (!asked && ask !== undefined) ? '+' : asked || undefined;
  if (ask !== undefined && !gopherPlus?.startsWith('+')) {
    throw usage('The answers need a Gopher+ string with +');
  }
  return {
    ...parsed,
    search: search ?? parsed.search,
    gopherPlus,
    ask,
  };
}

/** @throws FairleadError `usage` for an option that is none. */
function checkOptions(options: FetchOptions): void {
  if (typeof options !== 'object' || options === null) throw usage('The options are an object');
  const { search, gopherPlus, ask, connector, signal, connectTimeoutMs, timeoutMs, ...caps } = options;
  if (connector !== undefined && typeof connector !== 'function') throw usage('connector is a function');
  checkTimeMs('connectTimeoutMs', connectTimeoutMs);
  checkTimeMs('timeoutMs', timeoutMs);
  checkSignal(signal);
  if (search !== undefined && typeof search !== 'string') throw usage('search is a text');
  if (!['undefined', 'boolean', 'string'].includes(typeof gopherPlus)) {
    throw usage('gopherPlus is true, false, or a Gopher+ string');
  }
  if (ask !== undefined && !Array.isArray(ask)) throw usage('ask is a list of answers');
  for (const cap of [caps.maxBytes, caps.maxItems]) {
    if (cap !== undefined && !(cap >= 0)) throw usage('maxBytes and maxItems are numbers, 0 or more');
  }
}
