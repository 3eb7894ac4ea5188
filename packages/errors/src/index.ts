// The one error class that every Fairlead package throws. It formats and carries; it decides nothing.

/**
 * What went wrong, in one word that code can act on.
 *
 * - `connect_failed`: no TCP connection came about (refused, DNS, blocked address).
 * - `connect_timeout`: the connection, or its TLS handshake, took longer than allowed.
 * - `tls_failed`: the peer's certificate or its TLS handshake was not acceptable.
 * - `connection_lost`: an established connection ended when it should not have.
 * - `closed`: this side had closed the connection already.
 * - `timeout`: an operation took longer than allowed.
 * - `aborted`: the caller's `AbortSignal` fired.
 * - `protocol`: the peer broke its protocol.
 * - `auth`: the peer refused the credentials, or its way to authenticate is not acceptable.
 * - `server`: the peer answered with an error of its own; its words are in `server`.
 * - `policy`: the operator's rules, or the platform's, forbid it.
 * - `limit`: a size, depth or count is over its cap.
 * - `overloaded`: a pool has no connection free, and its queue is full or the wait was too long. Nothing was sent.
 * - `usage`: the caller's arguments or order of calls are wrong.
 */
export type ErrorCode =
  | 'connect_failed'
  | 'connect_timeout'
  | 'tls_failed'
  | 'connection_lost'
  | 'closed'
  | 'timeout'
  | 'aborted'
  | 'protocol'
  | 'auth'
  | 'server'
  | 'policy'
  | 'limit'
  | 'overloaded'
  | 'usage';

/**
 * Why TLS failed (`tls_failed`), where the connector tells. `session_reuse`: the server wants a data connection to resume the control
 * connection's session. `unknown`: none of the others, such as a server that hung up.
 */
export type TlsFailure =
  | 'name_mismatch'
  | 'unknown_issuer'
  | 'expired'
  | 'not_yet_valid'
  | 'constraint'
  | 'usage'
  | 'pin'
  | 'alert'
  | 'protocol'
  | 'session_reuse'
  | 'unknown';

/** A certificate that TLS failed for, as it calls itself. */
export interface CertificateSummary {
  /** Distinguished name, RFC 4514: `CN=db.example.com,O=Example`. Empty where it has none. */
  readonly subject: string;
  /** Who signed it, in the same form. */
  readonly issuer: string;
  /** The names it is for: `DNS:db.example.com`, `IP:10.0.0.5`, `URI:...`. At most 100, then `...`. */
  readonly names: readonly string[];
  /** The first moment at which it is valid, ISO 8601. */
  readonly validFrom: string;
  /** The last one. */
  readonly validTo: string;
  /** SHA-256 of its DER form, in lower-case hex. */
  readonly fingerprint256: string;
}

/** Who has to act for it to go better next time. */
export type Blame = 'local' | 'peer' | 'network';

/** The far end of a connection, as it was dialled. */
export interface Peer {
  /** Host name or IP literal (IPv6 without brackets), lower case, IDN as punycode. */
  readonly hostname: string;
  /** 1 to 65535. */
  readonly port: number;
  /** Whether the bytes travel inside TLS at this moment. */
  readonly tls: boolean;
}

/** The server's own words, as its protocol gives them. */
export interface ServerWords {
  /** SQLSTATE, Redis error prefix, SMTP enhanced code, MQTT reason code, IRC numeric. */
  readonly code: string;
  /** The server's text, unchanged. */
  readonly message: string;
  /** Further fields of the protocol's error (Postgres: `detail`, `hint`, `constraint`, ...). */
  readonly fields?: Readonly<Record<string, string>>;
}

/** What a `FairleadError` carries besides its code and message. */
export interface FairleadErrorOptions {
  /** Default: what the code implies (`connect_*` and `connection_lost`: network; `tls_failed`, `protocol`, `auth`, `server`: peer; else local). */
  readonly blame?: Blame | undefined;
  /**
   * True only when the call certainly had no effect at the peer: nothing of it was sent, what was sent only negotiates the
   * connection, or the peer's answer means by its protocol that it did nothing. Default false: in doubt.
   */
  readonly safeToRetry?: boolean | undefined;
  readonly peer?: Peer | undefined;
  readonly cause?: unknown;
  readonly server?: ServerWords | undefined;
  /** For `tls_failed` alone. */
  readonly reason?: TlsFailure | undefined;
  /** For `tls_failed`: the certificate in question, where the peer has sent it. */
  readonly certificate?: CertificateSummary | undefined;
  /** For `tls_failed` with the reason `alert`: the alert's name, RFC 8446 section 6.2: `certificate_required`. */
  readonly alert?: string | undefined;
}

const BLAME: Partial<Record<ErrorCode, Blame>> = {
  connect_failed: 'network',
  connect_timeout: 'network',
  connection_lost: 'network',
  tls_failed: 'peer',
  protocol: 'peer',
  auth: 'peer',
  server: 'peer',
};

/**
 * Every failure of a Fairlead package. Recognise it by `code`, never by its message.
 * Neither the message nor any field holds a credential.
 */
export class FairleadError extends Error {
  override readonly name = 'FairleadError';
  readonly code: ErrorCode;
  readonly blame: Blame;
  readonly safeToRetry: boolean;
  readonly peer: Peer | undefined;
  readonly server: ServerWords | undefined;
  readonly reason: TlsFailure | undefined;
  readonly certificate: CertificateSummary | undefined;
  readonly alert: string | undefined;

  constructor(code: ErrorCode, message: string, options: FairleadErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.blame = options.blame ?? BLAME[code] ?? 'local';
    // By its meaning nothing was sent, whoever hands it on.
    this.safeToRetry = code === 'overloaded' || (options.safeToRetry ?? false);
    this.peer = options.peer;
    this.server = options.server;
    this.reason = options.reason;
    this.certificate = options.certificate;
    this.alert = options.alert;
  }
}

/** Whether `value` is a `FairleadError`, also one of another copy of this package. */
export function isFairleadError(value: unknown): value is FairleadError {
  return value instanceof Error && value.name === 'FairleadError' && 'code' in value;
}

/** What a copy of an error has of its own: options, and the code or the message. */
export interface ErrorChanges extends FairleadErrorOptions {
  readonly code?: ErrorCode | undefined;
  readonly message?: string | undefined;
}

/**
 * A copy of an error with some members changed. All others stay, `cause` and `blame` among them, whatever the new code is; the
 * stack is that of the copy.
 * @param changes A member that is given as `undefined` is taken away, or is the default of a new error; code and message stay.
 */
export function errorWith(error: FairleadError, changes: ErrorChanges): FairleadError {
  const { code = error.code, message = error.message, ...options } = changes;
  // `cause` is not enumerable.
  return new FairleadError(code, message, { ...error, cause: error.cause, ...options });
}

/**
 * The error of wrong arguments, or of a wrong order of calls, that is found before anything is sent: `safeToRetry` is
 * true unless `options` say otherwise.
 * @param message What is wrong and what is right, without the value where that may be a secret.
 */
export function usage(message: string, options?: FairleadErrorOptions): FairleadError {
  return new FairleadError('usage', message, { safeToRetry: true, ...options });
}

/**
 * Makes an error in advance, without a stack: for what later calls are refused with once a connection has been closed in good
 * order. Most connections see no such call, and the stack would be the dearest part of closing them.
 * @param make Makes the error.
 */
export function madeInAdvance<E extends Error>(make: () => E): E {
  const v8: { stackTraceLimit?: number | undefined } = Error;
  const { stackTraceLimit } = v8;
  v8.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    v8.stackTraceLimit = stackTraceLimit;
  }
}
