// The public types of the client: connections, processes, shells, forwards. Options are in `options/`.
import type { Peer } from '@fairlead/errors';
import type { Connector, Transport } from '@fairlead/transport';
import type { NegotiatedAlgorithms } from './connection/packet-link.ts';
import type {
  CallOptions,
  ExecOptions,
  ForwardOptions,
  ListenOptions,
  ShellOptions,
  SubsystemOptions,
} from './options/call-options.ts';
import type { ProcessExit } from './wire/channels/exit.ts';

export type { ProcessExit };

/** The server, as the key exchange and the login showed it. */
export interface ServerInfo {
  /** Its identification without `SSH-2.0-`: `OpenSSH_10.0p2 Debian-7`. */
  readonly software: string;
  readonly hostKey: {
    /** The algorithm of its signature: `ssh-ed25519`, `rsa-sha2-512`. */
    readonly algorithm: string;
    /** `SHA256:` and unpadded base64, as `ssh-keygen -l` shows it. */
    readonly fingerprint: string;
  };
  /** What it said before the login, without control characters; empty where it said nothing. */
  readonly banner: string;
  readonly algorithms: NegotiatedAlgorithms;
}

/** All that a command has written, and how it has ended. */
export interface ProcessOutput extends ProcessExit {
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/**
 * A command that runs at the server. Both outputs share one window of 2 MiB: read both, cancel the one that you do not
 * want, or call `output()`.
 */
export interface Process extends AsyncDisposable {
  /** Its standard input, with `stdin: 'pipe'`. Closing it is the end of the input; aborting it ends the process. */
  readonly stdin: WritableStream<Uint8Array>;
  /** Its standard output. Nothing more is asked of the server while nothing is read. */
  readonly stdout: ReadableStream<Uint8Array>;
  /** Its standard error. Empty with a pty. */
  readonly stderr: ReadableStream<Uint8Array>;
  /**
   * Resolves when the server has said how the command ended, or has closed the channel without a word; output may still be
   * unread. May be left unawaited.
   * @throws FairleadError `connection_lost`, `protocol`, `aborted`, `timeout`, `closed`.
   */
  readonly exit: Promise<ProcessExit>;
  /**
   * Reads both outputs to their ends.
   * @param options `maxBytes` of both together, default 16 MiB; a command that writes more is closed.
   * @throws FairleadError `limit`, `usage` where one of them is being read already, and as `exit`.
   */
  output(options?: { readonly maxBytes?: number | undefined }): Promise<ProcessOutput>;
  /** Sends a signal: `TERM`, `KILL`, `INT`. The server may ignore it. @throws FairleadError `usage` for another name. */
  kill(signal?: string): void;
  /** Closes the channel, whatever the command does; takes two seconds at most. Never rejects. */
  close(): Promise<void>;
}

/** An interactive shell, or a command, on a terminal at the server. */
export interface Shell extends AsyncDisposable {
  /** What is shown on the terminal. */
  readonly readable: ReadableStream<Uint8Array>;
  /** What is typed. */
  readonly writable: WritableStream<Uint8Array>;
  /** As `exit` of a process. */
  readonly exit: Promise<ProcessExit>;
  /** Tells the server the terminal's size. @throws FairleadError `usage`. */
  resize(columns: number, rows: number): void;
  /** As `kill` of a process. */
  kill(signal?: string): void;
  /** As `close` of a process. */
  close(): Promise<void>;
}

/**
 * A port at the server; connections to it arrive here, while the session lives. Leaving the loop stops listening. More than
 * `maxQueued` connections that wait are refused.
 */
export interface RemoteListener extends AsyncIterable<Transport>, AsyncDisposable {
  readonly hostname: string;
  /** The port; the one that the server chose where 0 was asked for. */
  readonly port: number;
  /** Stops listening. Connections that were handed out stay open. Never rejects. */
  close(): Promise<void>;
}

/** One connection to an SSH server. Calls run side by side, each on a channel of its own. It never reconnects. */
export interface SshClient extends AsyncDisposable {
  readonly server: ServerInfo;
  readonly peer: Peer;
  /** Resolves when the connection has ended, for whatever reason. Never rejects. */
  readonly closed: Promise<void>;
  /**
   * Runs a command by the user's shell at the server. Resolves when the server has started it: two round trips.
   *
   * The command is one text that a shell reads: quote what comes from outside.
   * @throws FairleadError `server` (the server refused: `safeToRetry`), `policy`, `limit` (it opens no more channels),
   *   `usage`, `timeout`, `aborted`, `connection_lost`, `closed`, `protocol`.
   * @example
   * ```ts
   * import { connect } from '@fairlead/ssh';
   *
   * await using ssh = await connect('ssh://deploy@host.example.com', {
   *   privateKey: env.SSH_KEY,
   *   fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrmGmrl2yP9/ghHE0FWVOZgE',
   * });
   * const process = await ssh.exec('uname -a');
   * const { stdout, code } = await process.output();
   * ```
   */
  exec(command: string, options?: ExecOptions): Promise<Process>;
  /**
   * Opens the user's shell on a terminal.
   * @throws FairleadError as `exec`.
   */
  shell(options?: ShellOptions): Promise<Shell>;
  /**
   * Starts a subsystem, such as `sftp`, and gives its bytes.
   * @throws FairleadError as `exec`.
   */
  subsystem(name: string, options?: SubsystemOptions): Promise<Transport>;
  /**
   * Connects from the server to an address (`direct-tcpip`).
   * @throws FairleadError `connect_failed` (the server could not connect), `policy` (it forbids forwarding; port 25),
   *   `connect_timeout`, and as `exec`.
   */
  forward(hostname: string, port: number, options?: ForwardOptions): Promise<Transport>;
  /** Connects from the server to a Unix socket there (`direct-streamlocal@openssh.com`). @throws FairleadError as `forward`. */
  forwardSocket(path: string, options?: ForwardOptions): Promise<Transport>;
  /**
   * `forward` as a connector: other clients, another SSH among them, connect through this server. TLS inside is refused.
   * @example
   * ```ts
   * import { connect } from '@fairlead/ssh';
   *
   * const login = { privateKey: env.SSH_KEY, knownHosts: env.KNOWN_HOSTS };
   * await using bastion = await connect('ssh://jump@bastion.example.com', login);
   * await using inner = await connect('ssh://app@10.0.0.5', { ...login, connector: bastion.connector });
   * ```
   */
  readonly connector: Connector;
  /**
   * Asks the server to listen on a port, and to forward what connects to it.
   * @throws FairleadError `server` (refused: `safeToRetry`), and as `exec`.
   */
  listen(options: ListenOptions): Promise<RemoteListener>;
  /** Asks the server for a sign of life: one round trip. @throws FairleadError `timeout`, `aborted`, `connection_lost`, `closed`. */
  ping(options?: CallOptions): Promise<void>;
  /** Says goodbye and closes; all that is open ends with `closed`. Never rejects. `await using` calls it. */
  close(): Promise<void>;
}
