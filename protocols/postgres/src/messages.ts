// The vocabulary of the start-up phase of the Postgres protocol 3.0: types only, nothing is read or written here.

/** What BackendKeyData carries: the key to cancel what this connection is running. */
export interface CancelKey {
  readonly processId: number;
  readonly secretKey: number;
}

/** The fields of an ErrorResponse or NoticeResponse, by their one-letter codes (protocol, section 55.8). */
export type ErrorFields = ReadonlyMap<string, string>;

/** How the server asks the client to prove who it is (protocol, "Start-up"). */
export type AuthenticationRequest =
  | { readonly method: 'ok' }
  | { readonly method: 'cleartext' }
  | { readonly method: 'md5'; readonly salt: Uint8Array }
  | { readonly method: 'sasl'; readonly mechanisms: readonly string[] }
  | { readonly method: 'sasl-continue'; readonly data: Uint8Array }
  | { readonly method: 'sasl-final'; readonly data: Uint8Array }
  | { readonly method: 'unsupported'; readonly number: number };

/** A message that the server may send before it is ready for queries. */
export type StartupMessage =
  | { readonly kind: 'authentication'; readonly request: AuthenticationRequest }
  | { readonly kind: 'parameter'; readonly name: string; readonly value: string }
  | { readonly kind: 'key'; readonly key: CancelKey }
  | { readonly kind: 'ready'; readonly status: string }
  | { readonly kind: 'error'; readonly fields: ErrorFields }
  | { readonly kind: 'notice' }
  | { readonly kind: 'negotiate' }
  | { readonly kind: 'unknown'; readonly type: number };

/** The first packet of a client, which has no type byte. */
export type FirstPacket =
  | { readonly kind: 'startup'; readonly parameters: ReadonlyMap<string, string> }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'unknown'; readonly code: number };
