// SMTP's vocabulary: types only.

/** One reply, all its lines (RFC 5321 section 4.2). */
export interface Reply {
  /** 200 to 599. */
  readonly code: number;
  /** The enhanced status code (RFC 3463), `5.1.1`; `undefined` where the server gives none. */
  readonly enhanced: string | undefined;
  /** The lines' texts, without the code; the enhanced code still stands in them. */
  readonly lines: readonly string[];
}

/** What a server says that it can do, in its answer to EHLO. */
export interface Capabilities {
  /** The name that the server gives itself. */
  readonly name: string;
  /** False where the server knows no EHLO, and so no extension. */
  readonly extended: boolean;
  /** STARTTLS (RFC 3207). */
  readonly startTls: boolean;
  /** PIPELINING (RFC 2920). */
  readonly pipelining: boolean;
  /** CHUNKING: the command BDAT (RFC 3030). */
  readonly chunking: boolean;
  /** 8BITMIME (RFC 6152). */
  readonly eightBitMime: boolean;
  /** SMTPUTF8 (RFC 6531). */
  readonly smtpUtf8: boolean;
  /** DSN (RFC 3461). */
  readonly dsn: boolean;
  /** REQUIRETLS (RFC 8689). */
  readonly requireTls: boolean;
  /** ENHANCEDSTATUSCODES (RFC 2034). */
  readonly enhancedStatusCodes: boolean;
  /** The largest message in bytes (RFC 1870); 0: no fixed limit; `undefined`: the server has no SIZE. */
  readonly size: number | undefined;
  /** The SASL mechanisms (RFC 4954), in upper case, in the server's order. */
  readonly auth: readonly string[];
  /** Every keyword, in upper case, with its parameters. */
  readonly extensions: ReadonlyMap<string, readonly string[]>;
}

/** What the server is and what has been agreed on. */
export interface ServerInfo {
  /** The text of its greeting. */
  readonly greeting: string;
  /** As told inside TLS, where there is TLS: what came before is forgotten. */
  readonly capabilities: Capabilities;
  /** The SASL mechanism of the login; `undefined` without one. */
  readonly mechanism: string | undefined;
}

/** When to send a delivery status notification (RFC 3461 section 4.1). */
export type Notify = 'never' | readonly ('success' | 'failure' | 'delay')[];

/** One recipient with its wishes for notifications. */
export interface Recipient {
  /** `user@example.com`, without a name and angle brackets. */
  readonly address: string;
  /** NOTIFY. Default: the server's, failures alone. */
  readonly notify?: Notify | undefined;
  /** ORCPT: the address that the message was first meant for, where that is another one. */
  readonly originalRecipient?: string | undefined;
}

/** Who sends a message, and to whom: what the servers go by, whatever the message's own headers say. */
export interface Envelope {
  /** The address that failures are reported to; the empty string for none (RFC 5321 section 4.5.5). */
  readonly from: string;
  readonly to: string | Recipient | readonly (string | Recipient)[];
  /** RET: what a notification of failure shall hold. Needs DSN. */
  readonly return?: 'full' | 'headers' | undefined;
  /** ENVID: an identifier that notifications repeat. Needs DSN. */
  readonly envelopeId?: string | undefined;
  /** Deliver over verified TLS alone, all the way, or not at all (RFC 8689). */
  readonly requireTls?: boolean | undefined;
  /** Ask for SMTPUTF8. Default: where an address, or the header of a message that is not a stream, needs it. */
  readonly smtpUtf8?: boolean | undefined;
  /** The size of a streamed message in bytes, if it is known. Declared to the server, and not more than this is sent. */
  readonly size?: number | undefined;
}

/**
 * A message as it stands (RFC 5322): header, empty line, body. Bare CRs and LFs become CR LF; lines over 998 bytes and
 * NULs are refused. Text is sent as UTF-8. A stream is read once, as fast as the server takes it.
 */
export type Body = string | Uint8Array | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** A recipient that the server refused. */
export interface Rejection {
  /** As the caller wrote it. */
  readonly address: string;
  /** 400 to 599. */
  readonly code: number;
  /** `5.1.1`; `undefined` where the server gives none. */
  readonly enhanced: string | undefined;
  readonly message: string;
}

/** What became of a message. */
export interface SendResult {
  /** The recipients that the server took responsibility for, as the caller wrote them. */
  readonly accepted: readonly string[];
  readonly rejected: readonly Rejection[];
  /** The server's last word, with its code: `250 2.0.0 Ok: queued as 4Xy`. */
  readonly response: string;
}
