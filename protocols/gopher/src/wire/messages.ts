// Menus, attributes and answers of Gopher and Gopher+: types only.

/** One line of a menu (RFC 1436 section 3.9). */
export interface MenuItem {
  /** The item type: one character, unknown ones as they came (section 3.8). */
  readonly type: string;
  /** What is shown. UTF-8, else windows-1252. */
  readonly display: string;
  /** As text. `url` has the exact bytes. */
  readonly selector: string;
  /** As the server wrote it; empty where it left it out. */
  readonly hostname: string;
  /** 1 to 65535; undefined where the line has none or another. */
  readonly port: number | undefined;
  /** Gopher+ section 2.2: `+` the item has attributes, `?` it is a form (+ASK). */
  readonly plus: '+' | '?' | undefined;
  /**
   * What to fetch: `gopher:` or `gophers:`, `telnet:`, `tn3270:`; for an `h` item with a `URL:` selector the text behind
   * that, as the server wrote it (look at its scheme). Undefined for `i` and `3`, and where there is nothing to dial.
   */
  readonly url: string | undefined;
}

/** How a Gopher+ answer says where its data ends (Gopher+ section 2.3). */
export type Framing = 'length' | 'dot' | 'close';

/** The status line of a Gopher+ answer. */
export interface GopherPlusInfo {
  /** As it came: `+5340`, `+-1`, `+-2`. */
  readonly line: string;
  readonly framing: Framing;
  /** Bytes of data, where the server says so. */
  readonly length: number | undefined;
}

/** One of an item's representations (+VIEWS). */
export interface View {
  /** MIME type: `text/plain`. */
  readonly type: string;
  /** `En_US`. */
  readonly language: string | undefined;
  /** As it came, without its brackets: `10k`. */
  readonly size: string | undefined;
}

/** One line of a form (+ASK). */
export interface Question {
  /** `Ask`, `AskP` (hidden), `AskL` (lines), `AskF`, `Select`, `Choose`, `ChooseF`, or what the server invents. */
  readonly kind: string;
  readonly prompt: string;
  /** Defaults of `Ask`, choices of `Choose`. */
  readonly values: readonly string[];
}

/** The attributes of one item (Gopher+ section 2.5). */
export interface Attributes {
  /** +INFO. */
  readonly item: MenuItem | undefined;
  /** +ADMIN: who keeps it. */
  readonly admin: string | undefined;
  /** +ADMIN: when it last changed, in the server's own time: `YYYYMMDDhhmmss`. */
  readonly modified: string | undefined;
  readonly views: readonly View[];
  /** +ABSTRACT. */
  readonly abstract: string | undefined;
  /** +ASK. */
  readonly ask: readonly Question[];
  /** Every block by its name without the plus, also those above: its lines without their leading space. */
  readonly blocks: ReadonlyMap<string, readonly string[]>;
}

/**
 * An answer to one question of a form (Gopher+ section 2.8): a line, whether a `Select` is on, or the lines of an `AskL`.
 */
export type Answer = string | boolean | readonly string[];
