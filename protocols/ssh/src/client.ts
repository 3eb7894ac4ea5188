// The public client: connects, runs commands, forwards. One client is one connection; it never reconnects.
import { limitOf } from '@fairlead/client';
import { type Peer, usage } from '@fairlead/errors';
import type { Connector, Transport } from '@fairlead/transport';
import { ConnectionLayer } from './channels/connection-layer.ts';
import { type Opened, open } from './connection/open.ts';
import { cancelSource, checkSource, feed } from './exec/feed.ts';
import { ChannelProcess, watchRun } from './exec/process.ts';
import { terminalBody } from './exec/pty.ts';
import { type Start, start } from './exec/start.ts';
import { channelTransport } from './forward/channel-transport.ts';
import { connectSocketThrough, connectThrough } from './forward/connector.ts';
import { RemoteForwards } from './forward/listen.ts';
import type {
  CallOptions,
  ExecOptions,
  ForwardOptions,
  ListenOptions,
  ShellOptions,
  SubsystemOptions,
} from './options/call-options.ts';
import type { SshOptions } from './options/connect-options.ts';
import { resolveOptions, type Settings } from './options/resolve-options.ts';
import { ChannelShell } from './shell/shell.ts';
import type { Process, RemoteListener, ServerInfo, Shell, SshClient } from './types.ts';
import { oneText } from './wire/channels/bodies.ts';

/**
 * Connects, verifies the host's key and logs in: three round trips.
 * @param target `ssh://user:password@host:port`, or options.
 * @param options Win over the URL. One of `knownHosts`, `fingerprint`, `verifyHostKey` and `insecureAcceptAnyHostKey` is
 *   required.
 * @throws FairleadError `usage`, `policy`, `connect_failed`, `connect_timeout`, `auth` (the host's key is not the known one; the
 *   server refuses the login), `protocol` (also: no common algorithm), `server`, `limit`, `aborted`, `connection_lost`.
 * @example
 * ```ts
 * import { connect } from '@fairlead/ssh';
 *
 * await using ssh = await connect('ssh://deploy@host.example.com', { privateKey: env.SSH_KEY, knownHosts: env.KNOWN_HOSTS });
 * ssh.server.software; // OpenSSH_10.0p2 Debian-7
 * ```
 */
export async function connect(target: string | URL | SshOptions, options?: SshOptions): Promise<SshClient> {
  const settings = resolveOptions(target, options);
  return clientOver(await open(settings), settings);
}

interface ClientSettings extends Pick<Settings, 'keepAliveMs' | 'timeoutMs'> {
  /** A pool takes no channel that the server opens, so its clients do not listen. */
  readonly isPooled?: boolean;
}

/** A client on a link whose user has logged in. */
export function clientOver(opened: Opened, settings: ClientSettings): SshClient {
  return new Client(opened, settings);
}

class Client implements SshClient {
  readonly server: ServerInfo;
  readonly connector: Connector;
  readonly #layer: ConnectionLayer;
  readonly #forwards: RemoteForwards;
  readonly #timeoutMs: number;
  readonly #isPooled: boolean;

  constructor({ link, server }: Opened, settings: ClientSettings) {
    this.#isPooled = settings.isPooled ?? false;
    const layer = new ConnectionLayer(link, settings.keepAliveMs);
    this.server = server;
    this.#layer = layer;
    this.#forwards = new RemoteForwards(layer);
    this.#timeoutMs = settings.timeoutMs;
    this.connector = (address, options) => connectThrough(layer, address, options);
  }

  get peer(): Peer {
    return this.#layer.link.peer;
  }

  get closed(): Promise<void> {
    return this.#layer.link.closed;
  }

  async exec(command: string, options: ExecOptions = {}): Promise<Process> {
    checkCommand(command);
    const { stdin, pty } = options;
    if (stdin !== undefined && stdin !== 'pipe') checkSource(stdin);
    const isFed = stdin !== undefined && stdin !== 'pipe';
    try {
      const channel = await this.#run(options, {
        noun: 'command',
        request: 'exec',
        body: oneText(command),
        env: options.env,
        pty: pty ? terminalBody(pty === true ? {} : pty) : undefined,
        ahead: (opened) => {
          if (isFed) void feed(opened, stdin);
          else if (stdin === undefined) void opened.endInput();
        },
      });
      return new ChannelProcess(channel, stdin === 'pipe');
    } catch (error) {
      if (isFed) cancelSource(stdin);
      throw error;
    }
  }

  async shell(options: ShellOptions = {}): Promise<Shell> {
    const pty = terminalBody(options);
    return new ChannelShell(
      await this.#run(options, { noun: 'shell', request: 'shell', env: options.env, pty }),
    );
  }

  async subsystem(name: string, options: SubsystemOptions = {}): Promise<Transport> {
    checkCommand(name, 'The name of a subsystem');
    const { input } = options;
    const what: Start = {
      noun: 'subsystem',
      request: 'subsystem',
      body: oneText(name),
      ahead: (opened) => {
        if (input !== undefined) void opened.write(input);
      },
    };
    const channel = await start(this.#layer, what, limitOf(options, this.#timeoutMs));
    return channelTransport(channel, this.peer, { signal: options.signal });
  }

  async forward(hostname: string, port: number, options: ForwardOptions = {}): Promise<Transport> {
    return await connectThrough(this.#layer, { hostname, port }, options);
  }

  async forwardSocket(path: string, options: ForwardOptions = {}): Promise<Transport> {
    return await connectSocketThrough(this.#layer, path, options);
  }

  async listen(options: ListenOptions): Promise<RemoteListener> {
    if (this.#isPooled)
      throw usage('A client on a mooring does not listen at the server; connect without one');
    return await this.#forwards.listen(options, limitOf(options, this.#timeoutMs));
  }

  async ping(options: CallOptions = {}): Promise<void> {
    await this.#layer.ask('keepalive@openssh.com', undefined, limitOf(options, this.#timeoutMs));
  }

  close(): Promise<void> {
    return this.#layer.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Starts something whose end the caller's limit is for, too. */
  async #run(options: Pick<ExecOptions, 'signal' | 'timeoutMs'>, what: Start) {
    const whole = limitOf(options);
    const { signal, timeoutMs } = whole;
    const starting = limitOf({ signal, timeoutMs: Math.min(timeoutMs, this.#timeoutMs) });
    const channel = await start(this.#layer, what, starting);
    watchRun(this.#layer, channel, what.noun, whole);
    return channel;
  }
}

function checkCommand(command: unknown, what = 'The command'): void {
  if (typeof command !== 'string' || command === '') throw usage(`${what} is a text that is not empty`);
  if (command.includes('\0')) throw usage(`${what} has no NUL`);
}
