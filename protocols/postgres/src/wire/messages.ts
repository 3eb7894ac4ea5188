// The vocabulary of the Postgres protocol, 3.0 and 3.2: types only, nothing is read or written here. Names and order of
// fields are those of the documentation's "Message Formats".

/** How a value is written: 0 is text, 1 is binary. */
export type Format = 0 | 1;

/** A version that this client speaks. 3.2 (Postgres 18) has longer cancel keys. */
export type ProtocolVersion = '3.0' | '3.2';

/** One column of a RowDescription. */
export interface Field {
  readonly name: string;
  /** 0 where the column is none of a table. */
  readonly tableOid: number;
  /** The column's attribute number; 0 where it is none of a table. */
  readonly columnNumber: number;
  readonly typeOid: number;
  /** Bytes; negative for types of variable length. */
  readonly typeSize: number;
  /** As the type defines it; -1 for none. */
  readonly typeModifier: number;
  readonly format: Format;
}

/** The fields of an ErrorResponse or NoticeResponse, by their letters ("Error and Notice Message Fields"). */
export type ErrorFields = ReadonlyMap<string, string>;

/** What BackendKeyData carries: the key to cancel what this connection is running. */
export interface CancelKey {
  /** Signed: poolers make it up. */
  readonly processId: number;
  /** 4 bytes in protocol 3.0, 4 to 256 in 3.2. */
  readonly secretKey: Uint8Array;
}

/** What NOTIFY sent, and the backend that sent it. */
export interface NotificationFields {
  readonly processId: number;
  readonly channel: string;
  readonly payload: string;
}

/** A setting as the server reports it. */
export interface ParameterStatus {
  readonly name: string;
  readonly value: string;
}

/** How a COPY is written: as a whole (0 stands for text and CSV), and column by column. */
export interface CopyResponse {
  readonly format: Format;
  readonly columns: readonly Format[];
}

/** What the server does not speak. */
export interface Negotiation {
  /** The newest minor version that it speaks of protocol 3. */
  readonly minor: number;
  /** The protocol options (`_pq_.`) that it does not know. */
  readonly options: readonly string[];
}

/** A step of the authentication, as the server asks for it. */
export type AuthenticationRequest =
  | { readonly method: 'ok' }
  | { readonly method: 'cleartext' }
  | { readonly method: 'md5'; readonly salt: Uint8Array }
  | { readonly method: 'sasl'; readonly mechanisms: readonly string[] }
  | { readonly method: 'sasl-continue'; readonly data: Uint8Array }
  | { readonly method: 'sasl-final'; readonly data: Uint8Array }
  /** Kerberos V5 (2), SCM (6), GSSAPI (7), its continuation (8), SSPI (9), and what is yet to come. */
  | { readonly method: 'other'; readonly number: number; readonly data: Uint8Array };

/** `I`: idle, `T`: in a transaction, `E`: in a transaction that has failed. */
export type TransactionStatus = 'I' | 'T' | 'E';

/** A message of the server. */
export type BackendMessage =
  | { readonly kind: 'authentication'; readonly request: AuthenticationRequest }
  | { readonly kind: 'backend-key-data'; readonly key: CancelKey }
  | { readonly kind: 'bind-complete' }
  | { readonly kind: 'close-complete' }
  | { readonly kind: 'command-complete'; readonly tag: string }
  | { readonly kind: 'copy-both-response'; readonly copy: CopyResponse }
  | { readonly kind: 'copy-data'; readonly data: Uint8Array }
  | { readonly kind: 'copy-done' }
  | { readonly kind: 'copy-in-response'; readonly copy: CopyResponse }
  | { readonly kind: 'copy-out-response'; readonly copy: CopyResponse }
  | { readonly kind: 'data-row'; readonly cells: readonly (Uint8Array | null)[] }
  | { readonly kind: 'empty-query-response' }
  | { readonly kind: 'error-response'; readonly fields: ErrorFields }
  | { readonly kind: 'function-call-response'; readonly value: Uint8Array | null }
  | { readonly kind: 'negotiate-protocol-version'; readonly negotiation: Negotiation }
  | { readonly kind: 'no-data' }
  | { readonly kind: 'notice-response'; readonly fields: ErrorFields }
  | { readonly kind: 'notification-response'; readonly notification: NotificationFields }
  | { readonly kind: 'parameter-description'; readonly oids: readonly number[] }
  | { readonly kind: 'parameter-status'; readonly parameter: ParameterStatus }
  | { readonly kind: 'parse-complete' }
  | { readonly kind: 'portal-suspended' }
  | { readonly kind: 'ready-for-query'; readonly status: TransactionStatus }
  | { readonly kind: 'row-description'; readonly fields: readonly Field[] };

/** A parameter's value: a string is in text format, bytes are in binary format. */
export type WireValue = string | Uint8Array | null;

/** `S`: a prepared statement, `P`: a portal. */
export type Target = 'S' | 'P';

/** The first packet of a client, which has no type byte. */
export type FirstPacket =
  | { readonly kind: 'startup'; readonly minor: number; readonly parameters: ReadonlyMap<string, string> }
  | { readonly kind: 'cancel-request'; readonly key: CancelKey }
  | { readonly kind: 'ssl-request' }
  | { readonly kind: 'gss-encryption-request' };

/** A message of the client that follows its first packet. */
export type FrontendMessage =
  | {
      readonly kind: 'bind';
      readonly portal: string;
      readonly statement: string;
      readonly parameters: readonly WireValue[];
      readonly resultFormats: readonly Format[];
    }
  | { readonly kind: 'close'; readonly target: Target; readonly name: string }
  | { readonly kind: 'copy-data'; readonly data: Uint8Array }
  | { readonly kind: 'copy-done' }
  | { readonly kind: 'copy-fail'; readonly reason: string }
  | { readonly kind: 'describe'; readonly target: Target; readonly name: string }
  | { readonly kind: 'execute'; readonly portal: string; readonly maxRows: number }
  | { readonly kind: 'flush' }
  | {
      readonly kind: 'function-call';
      readonly oid: number;
      readonly parameters: readonly WireValue[];
      readonly resultFormat: Format;
    }
  | { readonly kind: 'gss-response'; readonly data: Uint8Array }
  | {
      readonly kind: 'parse';
      readonly name: string;
      readonly text: string;
      readonly oids: readonly number[];
    }
  | { readonly kind: 'password'; readonly password: string }
  | { readonly kind: 'query'; readonly text: string }
  /** `data` is absent where the mechanism has no initial response. */
  | { readonly kind: 'sasl-initial-response'; readonly mechanism: string; readonly data?: Uint8Array }
  | { readonly kind: 'sasl-response'; readonly data: Uint8Array }
  | { readonly kind: 'sync' }
  | { readonly kind: 'terminate' };

/** What a server says beside its answers: NOTICE, WARNING, INFO, LOG. */
export interface Notice {
  readonly severity: string;
  /** SQLSTATE. */
  readonly code: string;
  readonly message: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
}
