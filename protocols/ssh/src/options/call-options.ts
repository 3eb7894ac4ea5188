// The options of single calls. Types only.
import type { InboxOptions } from '@fairlead/client';

/** Options of one call. */
export interface CallOptions {
  /** Ends the call with `aborted`, and closes its channel; others go on. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds above 0; `Infinity` for no limit. Default: the connection's `timeoutMs`. */
  readonly timeoutMs?: number | undefined;
}

/** The terminal's modes (RFC 4254 section 8), by their names there: `{ ECHO: 0, VERASE: 127 }`. */
export type TerminalModes = Readonly<Record<string, number>>;

/** A terminal for a command. */
export interface PtyOptions {
  /** The value of TERM. Default `xterm-256color`. */
  readonly term?: string | undefined;
  /** Default 80. */
  readonly columns?: number | undefined;
  /** Default 24. */
  readonly rows?: number | undefined;
  readonly modes?: TerminalModes | undefined;
}

/** What a command reads: bytes, or a stream of them. */
export type StdinSource = Uint8Array | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** Options of `exec`. */
export interface ExecOptions {
  /** Variables to set. Servers take only those that they allow (`AcceptEnv`), and do not say which. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Default: an empty input. `'pipe'`: what is written to `process.stdin`. A stream that fails ends the process. */
  readonly stdin?: 'pipe' | StdinSource | undefined;
  /** Whether the command gets a terminal. Default false. */
  readonly pty?: boolean | PtyOptions | undefined;
  /** Closes the channel: what is not settled yet rejects with `aborted`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * The limit from this call to the end of the command, in milliseconds above 0. Default: none; for starting it, the
   * connection's `timeoutMs`.
   */
  readonly timeoutMs?: number | undefined;
}

/** Options of `shell`. Its `timeoutMs` and `signal` are as those of `exec`. */
export interface ShellOptions extends PtyOptions, Pick<ExecOptions, 'env' | 'signal' | 'timeoutMs'> {}

/** Options of `subsystem`. */
export interface SubsystemOptions extends CallOptions {
  /** What the subsystem's protocol begins with: it is sent behind the request without waiting for its reply, a round trip sooner. */
  readonly input?: Uint8Array | undefined;
}

/** Options of `forward` and `forwardSocket`. */
export interface ForwardOptions {
  /** Aborts the attempt, and later destroys the transport. */
  readonly signal?: AbortSignal | undefined;
  /** The limit of the attempt, in milliseconds above 0; `Infinity` for no limit. Default 10,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** As in `ConnectOptions` of the transport. */
  readonly allowHalfOpen?: boolean | undefined;
}

/** Options of `listen`. */
export interface ListenOptions extends CallOptions, Pick<InboxOptions, 'maxQueued'> {
  /** The address at the server: `localhost` (default), an address, or the empty text for all. */
  readonly hostname?: string | undefined;
  /** 0 lets the server choose. */
  readonly port: number;
}
