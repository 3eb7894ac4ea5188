// Opens a data connection in passive mode: asks for a port, and dials it at the control connection's host. The host of a 227 is
// never dialled, and active mode is impossible: no server can dial a Worker.
import { abortedBy, whenAborted } from '@fairlead/client';
import { FairleadError, isFairleadError } from '@fairlead/errors';
import { connect as connectTransport, type Transport } from '@fairlead/transport';
import { protocolError, refusal } from '../errors.ts';
import type { Reply } from '../types.ts';
import { encodeLine } from '../wire/names.ts';
import { extendedPassivePort, passivePort } from '../wire/passive.ts';
import type { Connection } from './connection.ts';

/** How long a server may take to answer for a data connection that has broken, or that this side has destroyed. */
export const STOP_TIMEOUT_MS = 5_000;
/** How long a data connection may take, TLS included. */
const DATA_TIMEOUT_MS = 10_000;
type Passive = 'EPSV' | 'PASV';

/** A data connection, in clear, before the command of its transfer. */
export class DataConnection {
  readonly transport: Transport;
  readonly #life: AbortController;
  /** Why this side has ended it. */
  stopped: FairleadError | undefined;
  readonly #unlisten: () => void;

  private constructor(transport: Transport, life: AbortController, unlisten: () => void) {
    this.transport = transport;
    this.#life = life;
    this.#unlisten = unlisten;
  }

  /** Asks for a port and dials it. While this lasts, `connection.interrupt` ends the dial. */
  static async open(connection: Connection): Promise<DataConnection> {
    const { settings, session } = connection;
    const [mode, port] = await askForPort(connection);
    if (connection.stopped !== undefined) {
      session.move('failed');
      throw connection.stopped;
    }
    const life = new AbortController();
    let stopped: FairleadError | undefined;
    connection.interrupt = (reason) => {
      stopped ??= reason;
      life.abort(reason);
    };
    const { signal } = settings;
    const unlisten = whenAborted(signal, (fired) => connection.interrupt?.(abortedBy('connection', fired)));
    const { connector = connectTransport, hostname, connectTimeoutMs = DATA_TIMEOUT_MS } = settings;
    try {
      const transport = await connector(
        { hostname, port },
        {
          tls: settings.isDataPrivate ? 'starttls' : 'off',
          tlsOptions: settings.tlsOptions,
          // The platform tells nothing of its TLS, and resumes by itself.
          resume: settings.isDataPrivate ? connection.transport.tls : undefined,
          signal: life.signal,
          connectTimeoutMs: Math.min(connectTimeoutMs, DATA_TIMEOUT_MS),
        },
      );
      session.move('connected');
      const data = new DataConnection(transport, life, unlisten);
      connection.interrupt = (reason) => data.stop(reason);
      if (stopped !== undefined) throw data.stop(stopped);
      return data;
    } catch (error) {
      unlisten();
      session.move('failed');
      throw stopped ?? explain(error, mode, port);
    }
  }

  /** Ends it at once: its reads and writes reject with `reason`. Returns the first reason. */
  stop(reason: FairleadError): FairleadError {
    this.stopped ??= reason;
    this.#unlisten();
    this.transport.destroy(reason);
    this.#life.abort(reason);
    return this.stopped;
  }

  /** Ends it in good order. @param isConfirmed Whether the server has said that nothing more is due: then at once. */
  release(isConfirmed: boolean): void {
    this.#unlisten();
    if (isConfirmed) this.transport.destroy(new FairleadError('closed', 'The transfer is complete'));
    else void this.transport.close();
  }
}

/** Keeps the connection of a call that was stopped, if the server answers soon. */
export function awaitReply(connection: Connection, reply: Promise<Reply>, reason: FairleadError): void {
  const end = (): void => {
    connection.destroy(reason);
  };
  connection.inTime(reply, 'The reply', end, STOP_TIMEOUT_MS).catch(() => undefined);
}

async function askForPort(connection: Connection): Promise<[Passive, number]> {
  const { passive } = connection.settings;
  const mode = connection.passive ?? (passive === 'pasv' ? 'PASV' : 'EPSV');
  const reply = await askPassive(connection, mode);
  const { session } = connection;
  if (reply.code === (mode === 'EPSV' ? 229 : 227)) {
    session.move('accepted');
    connection.passive = mode;
    return [mode, mode === 'EPSV' ? extendedPassivePort(reply) : passivePort(reply)];
  }
  if (reply.code < 400) throw protocolError(`${reply.code} came as the answer to ${mode}`);
  session.move('refused');
  // 500 and 502: not known; 522: not for this address family; some firewalls say 501 or 504.
  if (reply.code < 500 || mode === 'PASV' || passive !== 'auto') throw refusal(mode, reply);
  connection.passive = 'PASV';
  return askForPort(connection);
}

async function askPassive(connection: Connection, mode: Passive): Promise<Reply> {
  connection.send(encodeLine(mode, 'utf8', mode));
  connection.session.move('EPSV or PASV');
  const reply = connection.reply();
  connection.interrupt = (reason) => awaitReply(connection, reply, reason);
  return await reply;
}

/** Says which port it was, and what commonly stops a data connection while the control connection works. */
function explain(error: unknown, mode: Passive, port: number): unknown {
  if (!isFairleadError(error) || !/^connect_/.test(error.code)) return error;
  const { code, message, peer, cause } = error;
  const other = mode === 'EPSV' ? " Behind some firewalls passive: 'pasv' works." : '';
  const text =
    `The data connection to port ${port}, which the server named by ${mode}, was not made. Does its firewall let the ` +
    `server's passive ports through?${other} ${message}`;
  return new FairleadError(code, text, { peer, cause, safeToRetry: true });
}
