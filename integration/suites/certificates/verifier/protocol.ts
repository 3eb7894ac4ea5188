// What the suites ask of the Worker that verifies, and what it answers: types only.

/** A chain, and what it is held against. */
export interface ChainQuestion {
  /** DER in base64, the server's own first. */
  readonly chain: readonly string[];
  /** PEM. */
  readonly ca: readonly string[];
  /** The name that it must be for; `undefined`: any. */
  readonly name: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What the package says of it. */
export type ChainAnswer =
  | { readonly accepted: true }
  | { readonly accepted: false; readonly reason: string; readonly message: string }
  /** Something that is no refusal: a fault of the package. */
  | { readonly accepted: false; readonly broken: string };

/** A TLS server of this machine that workerd's own TLS is to try. */
export interface NativeQuestion {
  readonly port: number;
  readonly name: string;
}
