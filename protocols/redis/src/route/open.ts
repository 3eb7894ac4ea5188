// Checks what a request asks for, and opens a client for it: scopes, the connection's deny list, limits. It knows no answer.
import { whenAborted } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import {
  audit,
  connectionSettings,
  connectorOf,
  dialOptions,
  operationTimeoutMs,
  type RouteContext,
  type Target,
  tlsSchema,
  withClient,
} from '@fairlead/http';
import { z } from '@hono/zod-openapi';
import { connect, type RedisClient } from '../client.ts';
import type { RedisOptions } from '../types.ts';
import type { Word } from '../wire/words.ts';
import { auditNameOf, classOf } from './access/command-class.ts';
import { CommandInfo } from './access/command-info.ts';
import { authorize, isAdmin, needsOf, refuseDenied } from './access/scopes.ts';
import { mayWait, refuseLongWaits } from './blocking/waits.ts';
import type { Command } from './upstash/path.ts';

/** Upstash's JSON has the shapes of RESP2. */
export const PROTOCOL = 2;

/** The members of an entry of `FAIRLEAD_CONNECTIONS` beside its URL. */
export const settingsSchema = z.strictObject({
  username: z.string().optional(),
  password: z.string().optional(),
  database: z.number().optional(),
  name: z.string().optional(),
  tls: tlsSchema.optional(),
  /** Commands that no token may send, such as `KEYS` or `CONFIG SET`. */
  deny: z
    .array(
      z
        .string()
        .regex(/^[A-Za-z][\w.-]*( [A-Za-z][\w-]*)?$/, 'is not the name of a command')
        .toUpperCase(),
    )
    .default([]),
});

/** The servers' answers about commands that the table does not know, for all requests of the isolate. */
const commandInfo = new CommandInfo();

/** A request's commands, and the connection that its path names. */
export interface Ask {
  readonly commands: readonly Command[];
  readonly connection: string | undefined;
  /** Whether the commands run as one transaction, in which none of them waits. */
  readonly isTransaction?: boolean;
}

/** An ask that was let in. */
export interface Admitted {
  readonly target: Target;
  /** The connection's own options. */
  readonly login: RedisOptions;
  /** Commands whose classes the server must tell, before they may be sent. */
  readonly unknown: readonly Word[];
}

/**
 * Checks an ask, before anything is dialled.
 * @throws HttpProblem 403, 404; FairleadError `limit`, `policy`, `usage`.
 */
export function admit(c: RouteContext, { commands, connection }: Ask): Admitted {
  const { limits } = c.get('config');
  if (commands.length > limits.maxCommands) {
    throw new FairleadError('limit', `More than ${limits.maxCommands} commands at once (maxCommands)`);
  }
  const { classes, unknown } = needsOf(commands);
  const asks = unknown.length > 0 && !isAdmin(c, connection);
  // A token that may not even read here does not make the gateway ask the server.
  const needed = unknown.length === 0 ? classes : [...classes, asks ? ('read' as const) : ('admin' as const)];
  const target = authorize(c, needed, connection);
  const { deny, ...login } = connectionSettings(target, settingsSchema, 'Redis');
  refuseDenied(commands, deny);
  const known = asks ? commandInfo.known(serverOf(target, login), unknown, Date.now()) : [];
  if (known !== undefined && asks) authorize(c, known, connection);
  return { target, login, unknown: known === undefined ? unknown : [] };
}

/**
 * Checks the commands, and calls `use` with a client. Where one of them may wait in the server, the client's connection is its
 * own, and none of a pool: many that wait would leave the pool without one for the command that they wait for.
 * @param left Fires when the caller has gone, beside the request's own signal.
 */
export async function run<T>(
  c: RouteContext,
  ask: Ask,
  use: (client: RedisClient<Uint8Array>, target: Target) => Promise<T>,
  left?: AbortSignal,
): Promise<T> {
  const { target, login, unknown } = admit(c, ask);
  const commands = ask.commands.filter((command) => classOf(command) !== 'read').map(auditNameOf);
  if (commands.length > 0) audit(c, { action: 'command', commands });
  const waits = !ask.isTransaction && mayWait(ask.commands);
  if (waits) refuseLongWaits(c, ask.commands);
  const { limits } = c.get('config');
  const open = async (signal: AbortSignal) => {
    const options: RedisOptions = {
      ...login,
      protocol: PROTOCOL,
      timeoutMs: operationTimeoutMs(c),
      maxReplyBytes: limits.maxResultBytes,
      maxReplyValues: limits.maxRows,
      signal: left === undefined ? signal : firstOfBoth(signal, left),
    };
    const dialled = waits
      ? { ...options, connector: connectorOf(c, target) }
      : await dialOptions(c, target, options);
    return connect(target.url, dialled);
  };
  return withClient(c, open, async (client) => {
    const bytes = client.with({ as: 'bytes' });
    if (unknown.length > 0) {
      const question = (command: readonly string[]) => bytes.send(...command);
      const server = serverOf(target, login);
      authorize(c, await commandInfo.learn(server, unknown, question, Date.now()), ask.connection);
    }
    return use(bytes, target);
  });
}

/** Fires with the first of two signals. */
function firstOfBoth(one: AbortSignal, other: AbortSignal): AbortSignal {
  const controller = new AbortController();
  for (const signal of [one, other]) whenAborted(signal, ({ reason }) => controller.abort(reason));
  return controller.signal;
}

function serverOf({ url }: Target, { username }: RedisOptions): string {
  return JSON.stringify([url, username]);
}
