// Public options. Types only; menus, attributes and answers are in wire/messages.ts.
import type { Connector, TlsOptions } from '@fairlead/transport';
import type { Answer } from './wire/messages.ts';

/** Caps of the methods that read a whole answer. The stream `body` has none. */
export interface GatherLimits {
  /** Bytes of `bytes()`, `text()`, `menu()` and `attributes()`. Default 16,777,216 (16 MiB). */
  readonly maxBytes?: number | undefined;
  /** Items of a menu. Default 100,000. */
  readonly maxItems?: number | undefined;
}

/** Options of `fetch`. */
export interface FetchOptions extends GatherLimits {
  /** The query for a search engine (type 7), as text. Wins over the URL's. */
  readonly search?: string | undefined;
  /**
   * Asks by Gopher+: `true` or `+` for the item, `+<view> <language>` for one of its views, `!` for its attributes,
   * `!+VIEWS+ABSTRACT` for some of them, `$` for the attributes of all items of a menu. Wins over the URL's. Default:
   * plain Gopher.
   */
  readonly gopherPlus?: boolean | string | undefined;
  /** Answers of a form, in the order of its questions (a `Note` asks nothing). Implies Gopher+. */
  readonly ask?: readonly Answer[] | undefined;
  /**
   * A CA, a client certificate and other wishes of a `gophers:` URL, for a connector that honours them: `overTls` of
   * `@fairlead/tls`. Default: the public authorities, and no certificate.
   */
  readonly tls?: TlsOptions | undefined;
  /** Opens the transport. Default: `connect` of `@fairlead/transport`. */
  readonly connector?: Connector | undefined;
  /** Ends the connection, also while the body is read. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for TCP and TLS together; `Infinity` for no limit. Default 10,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Milliseconds that the server may be silent while bytes are waited for; `Infinity` for no limit. Default 10,000. */
  readonly timeoutMs?: number | undefined;
}
