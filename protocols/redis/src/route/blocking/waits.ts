// Commands that wait in the server, within the time of a request; and commands that HTTP has no place for. It sends nothing.
import { usage } from '@fairlead/errors';
import { operationTimeoutMs, type RouteContext, TIMEOUT_HEADER } from '@fairlead/http';
import { ruleOf, waitOf } from '../../commands/send-rules.ts';
import { wordOf } from '../../wire/words.ts';
import type { Command } from '../upstash/path.ts';

/** What the server's answer gets of a request's time behind the longest wait. */
const MARGIN_MS = 250;

const OWN_REQUEST =
  'it answers with a stream of events: ask for it by a request of its own, such as GET /redis/subscribe/{channel}';
const NO_SESSION = 'nothing of a connection outlives a request: use /redis/multi-exec, or a script';
const GATEWAY = 'the connection to the server is the gateway’s';

/** Why a command cannot be sent over HTTP, and what to do. */
const REASONS: Readonly<Record<string, string>> = {
  SUBSCRIBE: OWN_REQUEST,
  PSUBSCRIBE: OWN_REQUEST,
  SSUBSCRIBE: OWN_REQUEST,
  MONITOR: OWN_REQUEST,
  UNSUBSCRIBE: 'a subscription ends with its request',
  PUNSUBSCRIBE: 'a subscription ends with its request',
  SUNSUBSCRIBE: 'a subscription ends with its request',
  MULTI: NO_SESSION,
  EXEC: NO_SESSION,
  DISCARD: NO_SESSION,
  WATCH: NO_SESSION,
  UNWATCH: NO_SESSION,
};

/** @throws FairleadError `usage` for a command that no single request can carry. */
export function refuseUnsendable(commands: readonly Command[]): void {
  for (const command of commands) {
    const rule = ruleOf(command);
    if (rule !== 'refused' && rule !== 'dedicated') continue;
    const name = wordOf(command[0]);
    const full = name === 'CLIENT' ? `CLIENT ${wordOf(command[1])}` : name;
    throw usage(`${full} is not taken here: ${REASONS[name] ?? GATEWAY}`);
  }
}

/** Whether any of the commands may wait in the server. */
export function mayWait(commands: readonly Command[]): boolean {
  return commands.some((command) => waitOf(command) !== undefined);
}

/**
 * Refuses commands that ask to wait longer than their request has time.
 * @throws FairleadError `usage`.
 */
export function refuseLongWaits(c: RouteContext, commands: readonly Command[]): void {
  const leftMs = waitTimeMs(c);
  for (const command of commands) {
    const [, waitMs = 0] = waitOf(command) ?? [];
    if (waitMs <= leftMs || waitMs === Number.POSITIVE_INFINITY) continue;
    throw usage(
      `${wordOf(command[0])} asks to wait ${waitMs / 1000} s, and this request has ${leftMs / 1000} s left: ask for less, ` +
        `for 0 (as long as the request may take), or for more time by ${TIMEOUT_HEADER}`,
    );
  }
}

/** The command with what is left of the request's time in place of a wait without an end. */
export function withinTime(c: RouteContext, command: Command): Command {
  const [at = 0, waitMs] = waitOf(command) ?? [];
  // An option without its value is the server's to refuse.
  if (waitMs !== Number.POSITIVE_INFINITY || at >= command.length) return command;
  const leftMs = waitTimeMs(c);
  // Servers before version 6 take whole seconds only.
  const seconds = leftMs < 1000 ? leftMs / 1000 : Math.floor(leftMs / 1000);
  return command.with(at, ruleOf(command)?.startsWith('seconds') ? seconds : leftMs);
}

function waitTimeMs(c: RouteContext): number {
  return Math.max(1, Math.floor(operationTimeoutMs(c)) - MARGIN_MS);
}
