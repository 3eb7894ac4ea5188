// The public client: connects, sends messages, asks the server. One client is one connection; it never reconnects.

import { limitOf, stackAtCaller } from '@fairlead/client';
import { type Peer, usage } from '@fairlead/errors';
import { readMailbox } from './addresses/mailbox.ts';
import { cancelBody, openBody } from './body.ts';
import type { Connection } from './connection/connection.ts';
import { type Opened, open } from './connection/open.ts';
import { type Sender, sendMessage } from './connection/send-message.ts';
import { refusal } from './errors.ts';
import { type CallOptions, resolveOptions, type SmtpOptions } from './options/connect-options.ts';
import type { Body, Envelope, Reply, SendResult, ServerInfo } from './types.ts';
import { encodeLines } from './wire/encode.ts';

/** Default limit of a message. `replyTimeoutMs` ends the call much earlier when the server stops taking bytes. */
const MESSAGE_TIMEOUT_MS = 600_000;
const COMMAND_TIMEOUT_MS = 60_000;

/** One connection to a mail server. Concurrent calls are allowed; they run one after the other. */
export interface SmtpClient extends AsyncDisposable {
  /** The server's greeting, its capabilities, and the mechanism of the login. */
  readonly server: ServerInfo;
  /** The server's address, and whether TLS is on. */
  readonly peer: Peer;
  /**
   * Sends a ready-made message. `sendMail` and `send` of `@fairlead/smtp/mime` compose one first.
   *
   * Recipients that the server refuses are in `rejected`; the others get the message.
   * @throws FairleadError `server` (every recipient, the sender or the message was refused; the enhanced code is
   *   in `server.code`), `usage` (addresses, content, an extension that the server lacks, a stream that failed),
   *   `limit` (SIZE), `timeout`, `aborted`, `connection_lost`, `closed`, `protocol`. `safeToRetry` is false only
   *   where the message was sent to its end and no valid answer came: it may have been delivered.
   * @example
   * ```ts
   * import { connect } from '@fairlead/smtp';
   *
   * await using smtp = await connect('smtps://app@mail.example.com', { password: env.SMTP_PASSWORD });
   * const message = 'From: app@example.com\r\nSubject: Hello\r\n\r\nHello.\r\n';
   * const { accepted, rejected } = await smtp.sendRaw({ from: 'app@example.com', to: ['a@example.net'] }, message);
   * ```
   */
  sendRaw(envelope: Envelope, body: Body, options?: CallOptions): Promise<SendResult>;
  /**
   * NOOP: resolves if the connection is alive.
   * @throws FairleadError `connection_lost`, `closed`, `timeout`, `aborted`, `server`, `protocol`.
   * @example
   * ```ts
   * import { connect } from '@fairlead/smtp';
   *
   * await using smtp = await connect('smtps://app@mail.example.com', { password: env.SMTP_PASSWORD });
   * await smtp.noop({ timeoutMs: 1_000 });
   * ```
   */
  noop(options?: CallOptions): Promise<void>;
  /**
   * VRFY: asks whether an address exists. Most servers answer 252, which neither confirms nor denies it.
   * @returns The reply, 250 to 252.
   * @throws FairleadError `server` for a refusal; `usage` for an address that is not valid; and as `noop`.
   * @example
   * ```ts
   * import { connect } from '@fairlead/smtp';
   *
   * await using smtp = await connect('smtps://app@mail.example.com', { password: env.SMTP_PASSWORD });
   * const { code } = await smtp.verify('user@example.com'); // 250, 251 or 252
   * ```
   */
  verify(address: string, options?: CallOptions): Promise<Reply>;
  /**
   * Waits for the calls before it, sends QUIT and closes; takes three seconds at most after that wait. Never rejects.
   * `await using` calls it at the end of the block.
   */
  close(): Promise<void>;
  /** Resolves when the connection has ended, for whatever reason. Never rejects. */
  readonly closed: Promise<void>;
}

/**
 * Connects, turns TLS on and logs in.
 * @param target `smtp[s]://user:password@host:port`, or options.
 * @param options Win over the URL.
 * @throws FairleadError `usage`, `policy` (port 25), `connect_failed`, `connect_timeout`, `tls_failed` (also where
 *   STARTTLS is not offered), `auth`, `server`, `protocol`, `limit`, `timeout`, `aborted`, `connection_lost`.
 * @example
 * ```ts
 * import { connect } from '@fairlead/smtp';
 *
 * await using smtp = await connect('smtps://app@mail.example.com', { password: env.SMTP_PASSWORD });
 * smtp.server.capabilities.size; // the largest message that the server takes, in bytes
 * ```
 */
export async function connect(
  target: string | URL | SmtpOptions,
  options?: SmtpOptions,
): Promise<SmtpClient> {
  const settings = resolveOptions(target, options);
  try {
    return new Client(await open(settings), settings);
  } catch (error) {
    throw stackAtCaller(error);
  }
}

class Client implements SmtpClient {
  readonly server: ServerInfo;
  readonly #connection: Connection;
  readonly #sender: Sender;
  readonly #timeoutMs: number | undefined;

  constructor({ connection, server }: Opened, { chunking = true, timeoutMs }: SmtpOptions) {
    this.server = server;
    this.#timeoutMs = timeoutMs;
    this.#connection = connection;
    this.#sender = { connection, capabilities: server.capabilities, chunking };
  }

  get peer(): Peer {
    return this.#connection.transport.peer;
  }

  get closed(): Promise<void> {
    return this.#connection.transport.closed;
  }

  async sendRaw(envelope: Envelope, body: Body, options: CallOptions = {}): Promise<SendResult> {
    const content = openBody(body);
    try {
      const limit = limitOf(options, this.#timeoutMs ?? MESSAGE_TIMEOUT_MS);
      return await this.#connection.call('message', limit, () =>
        sendMessage(this.#sender, envelope, content),
      );
    } catch (error) {
      cancelBody(content);
      throw error;
    }
  }

  async noop(options: CallOptions = {}): Promise<void> {
    await this.#ask('NOOP', options);
  }

  async verify(address: string, options: CallOptions = {}): Promise<Reply> {
    const { wire, utf8 } = readMailbox(address, 'address');
    if (utf8 && !this.server.capabilities.smtpUtf8) {
      throw usage('The server does not offer SMTPUTF8, which the address needs');
    }
    return await this.#ask(`VRFY ${wire}${utf8 ? ' SMTPUTF8' : ''}`, options);
  }

  close(): Promise<void> {
    return this.#connection.close(encodeLines(['QUIT']));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #ask(line: string, options: CallOptions): Promise<Reply> {
    const limit = limitOf(options, this.#timeoutMs ?? COMMAND_TIMEOUT_MS);
    const connection = this.#connection;
    const { session } = connection;
    const exchange = (command: string): Reply | Promise<Reply> => {
      void connection.send(encodeLines([command]), 1);
      return connection.reply();
    };
    return await connection.call('command', limit, async () => {
      // After a transaction that was given up, servers take few other commands.
      if (session.state === 'abandoned') {
        session.move('RSET');
        await exchange('RSET');
        session.move('accepted');
      }
      const reply = await exchange(line);
      if (reply.code >= 300) throw refusal(line.slice(0, 4), reply);
      return reply;
    });
  }
}
