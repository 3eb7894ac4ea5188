// The vocabulary of the record layer (RFC 8446 section 5, RFC 5246 section 6): types, sizes, caps.

/** What a record carries. */
export const CONTENT = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const;

/** Type, version, length. */
export const HEADER_BYTES = 5;
/** The most that a record carries, RFC 8446 section 5.1. */
export const MAX_PLAINTEXT_BYTES = 16_384;
/** What protection may add under TLS 1.3 (section 5.2). */
export const MAX_EXPANSION_13_BYTES = 256;
/** The tag of every AEAD here. */
export const TAG_BYTES = 16;
/** The version of nearly every record, whatever the connection's. */
export const RECORD_VERSION = 0x0303;
/** The version of a first ClientHello's record, for servers that are old (RFC 8446 section 5.1). */
export const FIRST_RECORD_VERSION = 0x0301;

/** Records without content, and ignored ones, that may follow each other; as many as BoringSSL takes. */
export const MAX_EMPTY_RECORDS = 32;
/** Warnings that may come in all. */
export const MAX_WARNINGS = 4;
/** Bytes of handshake messages until the handshake is over, and of each single message behind it. */
export const MAX_HANDSHAKE_BYTES = 65_536;
/** Records until the handshake is over: a server that sends its messages byte by byte needs some 2,000. */
export const MAX_HANDSHAKE_RECORDS = 4_096;
/** Bytes of them, padding and all: opening what is only padding costs time, too. */
export const MAX_HANDSHAKE_RECORD_BYTES = 1_048_576;

/** A record as it arrived. Its views are valid until the next read. */
export interface RawRecord {
  readonly type: number;
  readonly version: number;
  readonly header: Uint8Array;
  readonly body: Uint8Array;
}

/** A record, opened. */
export interface OpenRecord {
  readonly type: number;
  readonly content: Uint8Array;
}
