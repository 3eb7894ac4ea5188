// Menus (RFC 1436 section 3.9) from chunks to items, in every form that servers send. It dials no address in them.
import { LineDecoder } from '@fairlead/bytes';
import { limitError } from '../errors.ts';
import type { MenuItem } from './messages.ts';
import { decodeText, fromBinary, toBinary } from './text.ts';
import { formatGopherUrl } from './url.ts';

const LF = 0x0a;
const MAX_LINE_BYTES = 16_384;
/** Item types of terminal sessions, and the schemes of their URLs. */
const TERMINALS: Readonly<Record<string, string>> = { '8': 'telnet', T: 'tn3270' };

/** Host names, and IPv6 literals with or without brackets: nothing that a URL would take for syntax. */
const HOST = /^(?:[\p{L}\p{N}._-]+|\[?[\da-f]*:[\da-f:.]+\]?)$/iu;

/** Options of a `MenuDecoder`. */
export interface MenuOptions {
  /** Items at most; beyond: `limit`. */
  readonly maxItems: number;
  /** Where the menu came from over TLS: items of the same host and port get `gophers:` URLs. */
  readonly secure?: { readonly hostname: string; readonly port: number } | undefined;
}

/**
 * Reads a menu. Bare LFs, CRs before them, blank lines, missing fields and a missing last dot are taken as they come. A
 * line without a TAB is information, with or without an `i`. Lines behind a lone dot are ignored.
 * @example
 * ```ts
 * import { MenuDecoder } from '@fairlead/gopher';
 *
 * const decoder = new MenuDecoder({ maxItems: 1_000 });
 * const chunk = new TextEncoder().encode('0About\t/about.txt\tgopher.example.com\t70\r\n');
 * for (const item of [...decoder.push(chunk), ...decoder.end()]) console.log(item.display, item.url);
 * ```
 */
export class MenuDecoder {
  readonly #lines = new LineDecoder({ maxLineBytes: MAX_LINE_BYTES, lineEnd: 'lenient' });
  readonly #options: MenuOptions;
  #count = 0;
  /** Type of the last item that was no mirror. */
  #type = '1';
  /** Whether the lone dot was read. */
  done = false;

  constructor(options: MenuOptions) {
    this.#options = options;
  }

  /**
   * The items whose lines have become whole. Nothing of `chunk` is kept.
   * @throws FairleadError `limit`: a line over 16,384 bytes, or too many items.
   */
  push(chunk: Uint8Array): MenuItem[] {
    const items: MenuItem[] = [];
    // Pieces that the line decoder's own cap lets through, whatever comes at once.
    for (let at = 0; at < chunk.length && !this.done; at += MAX_LINE_BYTES) {
      this.#lines.push(chunk.subarray(at, at + MAX_LINE_BYTES));
      for (let line = this.#lines.next(); line && !this.done; line = this.#lines.next()) {
        this.#take(toBinary(line), items);
      }
      this.#lines.keep();
    }
    return items;
  }

  /** The item of a last line without an end, if there is one. */
  end(): MenuItem[] {
    // The line end that a last line may lack; behind the lone dot it is not looked at.
    const items = this.push(Uint8Array.of(LF));
    this.done = true;
    return items;
  }

  #take(line: string, items: MenuItem[]): void {
    this.done = line === '.';
    if (this.done || line === '') return;
    const { maxItems, secure } = this.#options;
    if (++this.#count > maxItems) throw limitError('number of items', maxItems, 'maxItems');
    const item = parseItem(line, this.#type, secure);
    if (item.type !== '+') this.#type = item.type;
    items.push(item);
  }
}

/**
 * One line of a menu, without its end, one character a byte.
 * @param mirrored The type of the items before: that of a `+` item's target (RFC 1436 section 3.8).
 * @param secure As in `MenuOptions`.
 */
export function parseItem(line: string, mirrored = '1', secure?: MenuOptions['secure']): MenuItem {
  // A line of text alone, whatever it begins with.
  const [first = '', selector = '', host, portField, plusField = ''] = (
    /^[^\t]+\t|^[3i]/.test(line) ? line : `i${line}`
  ).split('\t');
  // The first character, which may be of several bytes: RFC 1436 knows letters of ASCII alone, and menus in the wild more.
  const [type = '', ...display] = textOf(first);
  const hostname = textOf(host ?? '').trim();
  const port = host === undefined ? undefined : portOf(portField || '70');
  const plus = plusField[0];
  return {
    type,
    display: display.join(''),
    selector: textOf(selector),
    hostname,
    port,
    plus: plus === '+' || plus === '?' ? plus : undefined,
    url: urlOf(type === '+' ? mirrored : type, fromBinary(selector), hostname, port, secure),
  };
}

function urlOf(
  type: string,
  selector: Uint8Array,
  hostname: string,
  port: number | undefined,
  secure: MenuOptions['secure'],
): string | undefined {
  const link = linkOf(type, selector);
  if (link !== undefined) return link;
  if ('i3'.includes(type) || !port || !HOST.test(hostname)) return undefined;
  const terminal = TERMINALS[type];
  if (terminal) return `${terminal}://${hostname}:${port}`;
  const tls = hostname.toLowerCase() === secure?.hostname && port === secure.port;
  try {
    return formatGopherUrl({ hostname, port, tls, type, selector });
  } catch {
    // A NUL or a CR in the selector, or a type that no URL can hold.
    return undefined;
  }
}

/** The URL in an `h` item's `URL:` selector. */
export function linkOf(type: string, selector: Uint8Array): string | undefined {
  return type === 'h' ? /^\/?URL:(.*)/s.exec(decodeText(selector))?.[1] : undefined;
}

function portOf(field: string): number | undefined {
  const port = /^\s*\d{1,5}\s*$/.test(field) ? Number(field) : 0;
  return port > 0 && port < 65_536 ? port : undefined;
}

function textOf(field: string): string {
  return decodeText(fromBinary(field));
}
