// What users import: connects, sends messages, asks the server. One connection, never a pool; it never reconnects in
// silence.

import { limitOf } from '@fairlead/client';
import { type Peer, usage } from '@fairlead/errors';
import { readMailbox } from './addresses/mailbox.ts';
import type { Connection } from './connection/connection.ts';
import { type Opened, open } from './connection/open.ts';
import { type Sender, sendMessage } from './connection/send-message.ts';
import { refusal } from './errors.ts';
import { type CallOptions, resolveOptions, type SmtpOptions } from './options/connect-options.ts';
import type { Body, Envelope, Reply, SendResult, ServerInfo } from './types.ts';
import { encodeLines } from './wire/encode.ts';

/** Large messages take their time; a server that takes none of it for a minute is given up long before. */
const MESSAGE_TIMEOUT_MS = 600_000;
const COMMAND_TIMEOUT_MS = 60_000;

/** One connection to a mail server. Calls from anywhere may share it; they run one after the other. */
export interface SmtpClient extends AsyncDisposable {
  /** What the server is and can do. */
  readonly server: ServerInfo;
  /** Who is at the other end, and whether TLS is on. */
  readonly peer: Peer;
  /**
   * Sends a message as it stands. `@fairlead/smtp/mime` composes one.
   *
   * Recipients that the server refuses stand in `rejected`; the others get the message.
   * @throws FairleadError `server` (every recipient, the sender or the message was refused; the enhanced code is
   *   in `server.code`), `usage` (addresses, content, an extension that the server lacks, a stream that failed),
   *   `limit` (SIZE), `timeout`, `aborted`, `connection_lost`, `closed`, `protocol`. `safeToRetry` is false only
   *   where the message was sent to its end and nobody knows what became of it.
   */
  sendRaw(envelope: Envelope, body: Body, options?: CallOptions): Promise<SendResult>;
  /** NOOP: whether the connection is alive. @throws FairleadError. */
  noop(options?: CallOptions): Promise<void>;
  /** VRFY. Most servers answer 252, which says nothing. @returns The reply, 250 to 252. @throws FairleadError `server`. */
  verify(address: string, options?: CallOptions): Promise<Reply>;
  /** Says QUIT when the calls before have ended, and closes; takes three seconds at most. Never rejects. */
  close(): Promise<void>;
  /** Settles when the connection has ended, whichever way. Never rejects. */
  readonly closed: Promise<void>;
}

/**
 * Connects, turns TLS on and logs in.
 *
 * ```ts
 * await using smtp = await connect('smtps://app@mail.example.com', { password: env.SMTP_PASSWORD });
 * await smtp.sendRaw({ from: 'app@example.com', to: 'user@example.net' }, message);
 * ```
 * @param target `smtp[s]://user:password@host:port`, or options.
 * @param options Win over the URL.
 * @throws FairleadError `usage`, `policy` (port 25), `connect_failed`, `connect_timeout`, `tls_failed` (also where
 *   STARTTLS is not offered), `auth`, `server`, `protocol`, `limit`, `timeout`, `aborted`, `connection_lost`.
 */
export async function connect(
  target: string | URL | SmtpOptions,
  options?: SmtpOptions,
): Promise<SmtpClient> {
  const settings = resolveOptions(target, options);
  return new Client(await open(settings), settings);
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
    const limit = limitOf(options, this.#timeoutMs ?? MESSAGE_TIMEOUT_MS);
    return await this.#connection.call('message', limit, () => sendMessage(this.#sender, envelope, body));
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
    const exchange = (command: string): Promise<Reply> => {
      connection.send(encodeLines([command]), 1);
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
