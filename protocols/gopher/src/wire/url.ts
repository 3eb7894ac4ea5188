// Gopher URLs (RFC 4266), read and written. It resolves nothing, and refuses characters that would end a request line.
import { usage } from '@fairlead/errors';
import { decodeText, fromBinary, toBinary } from './text.ts';

/** RFC 4266 section 2.1. `gophers` has no port of its own. */
const DEFAULT_PORT = 70;
/** The directory: what an empty path means (section 2.1). */
const DEFAULT_TYPE = '1';

const URL_SHAPE = /^gopher(s?):\/\/([^/?#@:]+|\[[\da-f:.]+\])(?::(\d{1,5}))?(?:\/([^#]*))?(?:#.*)?$/is;

const encoder = new TextEncoder();

/** The parts of a Gopher URL, decoded. */
export interface GopherUrl {
  readonly hostname: string;
  readonly port: number;
  /** `gophers`: TLS from the first byte. */
  readonly tls: boolean;
  /** The item type: one character. */
  readonly type: string;
  /** Selectors are bytes of no known charset. */
  readonly selector: Uint8Array;
  readonly search: Uint8Array | undefined;
  /** `+`, `+view language`, `!`, `$`, ... */
  readonly gopherPlus: string | undefined;
}

/** The fields of a request line. Text is sent as UTF-8. */
export interface RequestFields {
  /** Default empty: the server's root. */
  readonly selector?: string | Uint8Array | undefined;
  readonly search?: string | Uint8Array | undefined;
  /** `+`, `+view language`, `!`, `$`, ... */
  readonly gopherPlus?: string | undefined;
}

/** What `formatGopherUrl` takes. */
export interface GopherUrlParts extends RequestFields {
  readonly hostname: string;
  /** Default 70. */
  readonly port?: number | undefined;
  /** Default false. */
  readonly tls?: boolean | undefined;
  /** Default `1`, a menu. */
  readonly type?: string | undefined;
}

/**
 * Reads `gopher[s]://host[:port][/[<type><selector>[%09<search>[%09<gopher+ string>]]]]` (RFC 4266 section 2.1). A `?`
 * belongs to the selector; a fragment is dropped, as everywhere. The host is checked where it is dialled.
 * @throws FairleadError `usage`: another shape, CR, LF or NUL (percent-encoded, too), a third `%09`, an item type that is
 *   no printable character.
 * @example
 * ```ts
 * import { parseGopherUrl } from '@fairlead/gopher';
 *
 * const { hostname, port, type } = parseGopherUrl('gopher://gopher.example.com/7/find%09two%20words');
 * console.log(hostname, port, type); // gopher.example.com 70 7
 * ```
 */
export function parseGopherUrl(target: string | URL): GopherUrl {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  if (/[\0-\x1f\x7f]/.test(String(target)))
    throw usage('The URL must not hold TAB, CR, LF or another control character');
  // WHATWG's URL resolves dots and drops control characters: a selector would not come through.
  const [, secure, host, port, path = ''] = URL_SHAPE.exec(String(target)) ?? [];
  if (host === undefined) throw usage('The address is not a URL like gopher[s]://host/<type><selector>');
  const [item = '', search, gopherPlus, more] = percentDecode(path).split('\t');
  if (more !== undefined) throw usage('The URL has more than two %09');
  return {
    hostname: decodeText(fromBinary(percentDecode(host))),
    port: Number(port ?? DEFAULT_PORT),
    tls: secure !== '',
    type: checkType(item[0] ?? DEFAULT_TYPE),
    selector: fromBinary(checkField(item.slice(1), 'selector')),
    // An empty one may stand there only because a Gopher+ string needs it before itself.
    search:
      search === undefined || (gopherPlus && !search) ? undefined : fromBinary(checkField(search, 'search')),
    gopherPlus: gopherPlus ? checkPlus(gopherPlus) : undefined,
  };
}

/**
 * Writes a Gopher URL. `parseGopherUrl` reads the same parts from it.
 * @throws FairleadError `usage`: TAB, CR, LF or NUL in a part, or an item type that is not one printable character.
 * @example
 * ```ts
 * import { formatGopherUrl } from '@fairlead/gopher';
 *
 * formatGopherUrl({ hostname: 'gopher.example.com', type: '0', selector: '/about.txt' });
 * ```
 */
export function formatGopherUrl(parts: GopherUrlParts): string {
  const { hostname, port = DEFAULT_PORT, tls, type = DEFAULT_TYPE } = parts;
  const host = hostname.includes(':') && !hostname.startsWith('[') ? `[${hostname}]` : hostname;
  const path = percentEncode(checkType(type) + joinFields(parts));
  return `gopher${tls ? 's' : ''}://${host}${port === DEFAULT_PORT ? '' : `:${port}`}/${path}`;
}

/**
 * The fields of a request line with TABs between them, one character a byte; a search before each Gopher+ string.
 * @throws FairleadError `usage`: TAB, CR, LF or NUL in a field.
 */
export function joinFields({ selector = '', search, gopherPlus }: RequestFields): string {
  let line = binary(selector, 'selector');
  if (search !== undefined || gopherPlus) line += `\t${binary(search ?? '', 'search')}`;
  return gopherPlus ? `${line}\t${checkPlus(gopherPlus)}` : line;
}

/**
 * One field of a request line as one character a byte.
 * @throws FairleadError `usage`: TAB, CR, LF or NUL.
 */
export function binary(value: string | Uint8Array, what: string): string {
  return checkField(toBinary(typeof value === 'string' ? encoder.encode(value) : value), what);
}

/**
 * A Gopher+ string: `+`, `!` or `$`, and what follows.
 * @throws FairleadError `usage`: it begins otherwise, or holds a control character. RFC 4266 lets a form's answers stand
 *   in it, with their line ends: they go into `ask` instead.
 */
function checkPlus(text: string): string {
  return check(/^[+!$][ -~]*$/, text, 'Gopher+ string is malformed');
}

function checkType(type: string): string {
  return check(/^[!-~]$/, type, 'item type is malformed');
}

function checkField(text: string, what: string): string {
  return check(/^[^\t\r\n\0]*$/, text, `${what} must not hold TAB, CR, LF or NUL`);
}

function check(pattern: RegExp, text: string, fault: string): string {
  if (pattern.test(text)) return text;
  throw usage(`The ${fault}`);
}

/** One character a byte: what is not ASCII stands for its UTF-8 form, a stray `%` for itself. */
function percentDecode(text: string): string {
  return toBinary(encoder.encode(text)).replaceAll(/%([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number(`0x${hex}`)),
  );
}

/** Leaves what RFC 3986 section 3.3 allows in a path. */
function percentEncode(text: string): string {
  return text.replaceAll(
    /[^\w\-.~!$&'()*+,;=:@/]/g,
    (character) => `%${(256 + character.charCodeAt(0)).toString(16).slice(1).toUpperCase()}`,
  );
}
