// MONITOR: each command that the server takes, as a line, on a connection that does nothing else. A line is read when it is
// asked for: a caller who reads slowly slows the server's sending down, which gives the connection up when it has enough.
import { limitOf, withinLimit } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import { connect, type Transport } from '@fairlead/transport';
import { encodeCommands, logIn } from '../../connection/log-in.ts';
import { protocolError } from '../../errors.ts';
import { resolveOptions, tlsOf } from '../../options/options.ts';
import type { Login } from '../../session/handshake.ts';
import type { RedisOptions } from '../../types.ts';
import { Decoder } from '../../wire/decode/decoder.ts';

/** A connection that MONITOR runs on. */
export class Monitor {
  readonly #transport: Transport;
  readonly #decoder: Decoder;

  private constructor(transport: Transport, { maxReplyBytes }: RedisOptions) {
    this.#transport = transport;
    this.#decoder = new Decoder({ maxReplyBytes });
  }

  /**
   * Connects, logs in and begins.
   * @param options `timeoutMs` is the time from the connection to the server's `OK`.
   * @throws FairleadError As a client's `connect` and its first command.
   */
  static async open(url: string, options: RedisOptions): Promise<Monitor> {
    const settings = resolveOptions(url, options);
    const { connector = connect, hostname = 'localhost', port = 6379, signal, timeoutMs } = settings;
    const { connectTimeoutMs } = settings;
    const transport = await connector({ hostname, port }, { ...tlsOf(settings), signal, connectTimeoutMs });
    const monitor = new Monitor(transport, settings);
    try {
      await withinLimit(transport, 'login', limitOf({ timeoutMs }, 10_000), async () => {
        await logIn(transport, settings as Login);
        await transport.write(encodeCommands([['MONITOR']]));
        await monitor.next();
      });
    } catch (error) {
      await monitor.close();
      throw error;
    }
    return monitor;
  }

  /**
   * The next command as the server writes it down: `1721284005.242090 [0 127.0.0.1:5000] "GET" "k"`.
   * @throws FairleadError `server`, `connection_lost`, `protocol`, and the connection's failure.
   */
  async next(): Promise<string> {
    for (;;) {
      const reply = this.#decoder.next(false);
      if (reply instanceof FairleadError) throw reply;
      if (typeof reply === 'string') return reply;
      if (reply !== undefined) throw protocolError('a line of MONITOR that is none');
      this.#decoder.keep();
      const chunk = await this.#transport.read();
      if (chunk === undefined) {
        const { peer } = this.#transport;
        throw new FairleadError('connection_lost', 'Redis closed the connection', { peer });
      }
      this.#decoder.push(chunk);
    }
  }

  /** Ends the connection. Never rejects. */
  async close(): Promise<void> {
    this.#transport.destroy(new FairleadError('closed', 'The connection was closed by this side'));
  }
}
