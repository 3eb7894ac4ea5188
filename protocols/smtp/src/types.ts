// The public types of the client: replies, capabilities, envelopes, results.

/** One reply, all its lines (RFC 5321 section 4.2). */
export interface Reply {
  /** 200 to 599. */
  readonly code: number;
  /** The enhanced status code (RFC 3463), `5.1.1`; `undefined` where the server gives none. */
  readonly enhanced: string | undefined;
  /** The lines' texts, without the code; the enhanced code still stands in them. */
  readonly lines: readonly string[];
}

/** The server's capabilities, from its answer to EHLO. */
export interface Capabilities {
  /** The server's own name. */
  readonly name: string;
  /** False where the server knows only HELO, and therefore has no extension. */
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

/** The server, and the login. */
export interface ServerInfo {
  /** The text of its greeting. */
  readonly greeting: string;
  /** The last answer to EHLO. With STARTTLS this is the answer inside TLS. */
  readonly capabilities: Capabilities;
  /** The SASL mechanism of the login; `undefined` without one. */
  readonly mechanism: string | undefined;
}

/** When to send a delivery status notification (RFC 3461 section 4.1). */
export type Notify = 'never' | readonly ('success' | 'failure' | 'delay')[];

/** One recipient, with its options for delivery status notifications. */
export interface Recipient {
  /** `user@example.com`, without a name and angle brackets. */
  readonly address: string;
  /** NOTIFY: the events to notify the sender of. Default: the server's, which is failures. */
  readonly notify?: Notify | undefined;
  /** ORCPT: the address that the message was originally sent to, where it differs from `address`. */
  readonly originalRecipient?: string | undefined;
}

/** The sender and the recipients of a message. Servers deliver by the envelope, not by the message's header. */
export interface Envelope {
  /** The address that failures are reported to; the empty string for none (RFC 5321 section 4.5.5). */
  readonly from: string;
  readonly to: string | Recipient | readonly (string | Recipient)[];
  /** RET: whether a notification of failure holds the whole message or its header. Needs DSN. */
  readonly return?: 'full' | 'headers' | undefined;
  /** ENVID: an identifier that notifications repeat. Needs DSN. */
  readonly envelopeId?: string | undefined;
  /** REQUIRETLS (RFC 8689): each server on the way delivers over verified TLS, or returns the message. */
  readonly requireTls?: boolean | undefined;
  /** Whether to use SMTPUTF8. Default: where an address, or the header of a message in memory, needs it. */
  readonly smtpUtf8?: boolean | undefined;
  /** The size of a streamed message in bytes, if it is known. It is declared to the server; a larger stream is refused. */
  readonly size?: number | undefined;
}

/**
 * A ready-made message (RFC 5322): header, empty line, body. Bare CRs and LFs become CR LF; lines over 998 bytes and NULs
 * are refused. Text is sent as UTF-8. A stream is read once, as fast as the server takes it.
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

/** The result of a message that at least one recipient gets. */
export interface SendResult {
  /** The recipients that the server took responsibility for, as the caller wrote them. */
  readonly accepted: readonly string[];
  readonly rejected: readonly Rejection[];
  /** The server's reply to the end of the message: `250 2.0.0 Ok: queued as 4Xy`. */
  readonly response: string;
}
