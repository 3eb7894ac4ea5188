// One shell, from its checks to its WebSocket.
import {
  audit,
  byteSocketWithClient,
  HttpProblem,
  type RouteContext,
  resolveTarget,
  WEBSOCKET_PROTOCOL,
} from '@fairlead/http';
import type { Shell, SshClient } from '../../types.ts';
import { type Connect, ownOpener, settingsOf } from '../connection.ts';
import type { ShellQuery } from './query.ts';
import { ShellSocket } from './shell-socket.ts';

/** The subprotocol. */
export const SHELL_PROTOCOL = 'fairlead.shell.v1';

/** A shell with the connection that it has to itself. */
class OwnShell {
  readonly shell: Shell;
  readonly #ssh: SshClient;

  constructor(ssh: SshClient, shell: Shell) {
    this.#ssh = ssh;
    this.shell = shell;
  }

  /** The connection takes the shell with it. */
  close(): Promise<void> {
    return this.#ssh.close();
  }
}

/**
 * Checks scope and policy, logs in, starts the shell, and answers with the WebSocket.
 * @throws HttpProblem 400, 403, 404; FairleadError as `connect` and `shell`.
 */
export async function serveShell(
  c: RouteContext,
  { connection, seconds, idleSeconds, ...pty }: Omit<ShellQuery, 'problems'>,
  connect: Connect,
): Promise<Response> {
  const target = resolveTarget(c, { action: 'shell', connection });
  const open = ownOpener(c, target, settingsOf(c, target), connect);
  const { maxTunnelMs, maxTunnelIdleMs, maxBodyBytes, maxTunnelAheadBytes } = c.get('config').limits;
  const timeoutMs = within('seconds', seconds, maxTunnelMs);
  const idleMs = within('idleSeconds', idleSeconds, maxTunnelIdleMs);
  audit(c, { action: 'shell' });
  return byteSocketWithClient(c, {
    protocols: [SHELL_PROTOCOL, WEBSOCKET_PROTOCOL],
    timeoutMs,
    async open(signal, limit) {
      const ssh = await open(signal, limit);
      try {
        return new OwnShell(ssh, await ssh.shell({ ...pty, signal }));
      } catch (error) {
        await ssh.close();
        throw error;
      }
    },
    begin: ({ shell }, socket, signal) =>
      new ShellSocket({ c, shell, socket, signal, idleMs, maxBodyBytes, maxTunnelAheadBytes }),
  });
}

function within(name: string, seconds: number | undefined, maxMs: number): number {
  if (seconds === undefined) return maxMs;
  const maxSeconds = Math.floor(maxMs / 1000);
  if (seconds <= maxSeconds) return seconds * 1000;
  const path = `query.${name}`;
  const message = `must be from 1 to ${maxSeconds}`;
  throw new HttpProblem('invalid', `${path}: ${message}`, { errors: [{ path, message }] });
}
