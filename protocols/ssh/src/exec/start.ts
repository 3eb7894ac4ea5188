// Starts a command, a shell or a subsystem on a channel of its own: two round trips (RFC 4254 sections 6.2 to 6.5).
import { type CallLimit, watchCall } from '@fairlead/client';
import { isFairleadError, usage } from '@fairlead/errors';
import type { Channel } from '../channels/channel.ts';
import type { ConnectionLayer } from '../channels/connection-layer.ts';
import { errorOfCall, requestRefused } from '../errors.ts';
import { environmentVariable } from '../wire/channels/bodies.ts';
import type { Body } from '../wire/channels/encode.ts';

/** What to start. */
export interface Start {
  /** For messages: `command`. */
  readonly noun: string;
  readonly request: 'exec' | 'shell' | 'subsystem';
  readonly body?: Body | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** The body of `pty-req`. */
  readonly pty?: Body | undefined;
  /** Sends what follows the request without waiting for its reply: input, or its end. */
  readonly ahead?: ((channel: Channel) => void) | undefined;
}

/**
 * Opens a channel and starts something on it.
 * @throws FairleadError `server` (refused: `safeToRetry`), and as `ConnectionLayer.open`.
 */
export async function start(layer: ConnectionLayer, what: Start, limit: CallLimit): Promise<Channel> {
  const environment = environmentOf(what.env);
  const channel = await layer.open('session', undefined, what.noun, limit);
  const unwatch = watchCall(layer.deadlines, what.noun, limit, (reason) => channel.abort(reason));
  try {
    for (const body of environment) void channel.tell('env', body);
    const pty = what.pty === undefined ? undefined : channel.ask('pty-req', what.pty);
    const started = channel.ask(what.request, what.body);
    what.ahead?.(channel);
    if (pty !== undefined && !(await pty)) throw requestRefused('a terminal', 'pty-req');
    if (!(await started)) throw requestRefused(`to start the ${what.noun}`, what.request);
    return channel;
  } catch (error) {
    // A server that refuses a terminal may still run the command that was sent behind it.
    const isRefused = isFairleadError(error) && error.server?.code === what.request;
    const told = errorOfCall(error, isRefused, layer.link.peer);
    channel.abort(told);
    throw told;
  } finally {
    unwatch();
  }
}

function environmentOf(env: unknown): readonly Body[] {
  if (env === undefined) return [];
  if (typeof env !== 'object' || env === null) throw usage('env is an object of texts');
  return Object.entries(env).map(([name, value]) => {
    if (typeof value !== 'string') throw usage(`env.${name.slice(0, 40)} is a text`);
    if (name === '' || /[=\0]/.test(name) || value.includes('\0')) {
      throw usage('The name of a variable is not empty and has no =; neither name nor value has a NUL');
    }
    return environmentVariable(name, value);
  });
}
