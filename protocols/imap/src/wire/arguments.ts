// A command before it is encoded: its arguments, and the steps in which it is sent. Types only.

/** A string of the caller's: quoted where it can be, else a literal. */
export interface TextArgument {
  readonly text: string;
}

/** Bytes as a literal. `isBinary`: as `~{n}`, the only one that may hold NUL (RFC 3516). */
interface BytesArgument {
  readonly bytes: Uint8Array;
  readonly isBinary?: boolean;
}

/** A literal whose bytes another hand writes, as a message from a stream. */
interface ExternalArgument {
  /** In bytes. */
  readonly externalSize: number;
  readonly isBinary?: boolean;
}

/**
 * One argument of a command. A `string` is written as it is: an atom, a sequence set, checked by whoever made it.
 * An array is a list in parentheses.
 */
export type Argument = string | TextArgument | BytesArgument | ExternalArgument | readonly Argument[];

/** What the server lets a client do with literals and strings. */
export interface EncodeAbilities {
  /** `plus`: LITERAL+, `minus`: LITERAL- (RFC 7888); else each literal waits for a continuation. */
  readonly literals?: 'plus' | 'minus' | undefined;
  /** Whether quoted strings and mailbox names are UTF-8: UTF8=ACCEPT or IMAP4rev2 was enabled. */
  readonly utf8?: boolean | undefined;
}

/** A step of sending a command, in order: write the bytes, wait for `+`, or write a literal that another hand has. */
export type CommandStep =
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'continuation' }
  | { readonly type: 'external'; readonly size: number };
