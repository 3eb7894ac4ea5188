// Measures handshakes from where a gateway runs: `POST /tcp/ping`, read line by line as it measures.
import type { Context } from '../context.ts';
import { failure, usageError } from '../errors.ts';
import { refusalBody, refused } from '../gateway/refusal.ts';
import { requireToken } from '../gateway/token.ts';
import { unreachable } from '../gateway/unreachable.ts';
import { linesOf, partsOf } from './gateway-lines.ts';
import type { PingPart, PingPlan } from './types.ts';

const MAX_TARGETS = 10;

/** @throws CommandError 1 where the gateway refuses or cannot be reached, 2 where the request would be wrong. */
export async function* pingThroughGateway(
  gateway: URL,
  targets: readonly string[],
  plan: PingPlan,
  context: Context,
): AsyncGenerator<PingPart> {
  if (targets.length > MAX_TARGETS)
    throw usageError(`A gateway measures at most ${MAX_TARGETS} targets at a time.`);
  const response = await ask(gateway, targets, plan, context);
  if (!response.ok) {
    throw refused({ status: response.status, body: await refusalBody(response.body), scope: 'tcp:ping' });
  }
  try {
    for await (const line of linesOf(response)) yield* partsOf(line);
  } catch (error) {
    // Ctrl-C.
    if (!context.signal.aborted) throw error instanceof TypeError ? unreachable(gateway, error.cause) : error;
  }
}

async function ask(
  gateway: URL,
  targets: readonly string[],
  plan: PingPlan,
  context: Context,
): Promise<Response> {
  const { tls, count, intervalMs, timeoutMs } = plan;
  const token = await requireToken(context);
  const body = {
    targets: targets.map((target) => (target.includes(':') ? { address: target } : { connection: target })),
    tls,
    count,
    intervalMs,
  };
  const url = new URL(gateway);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/tcp/ping`;
  try {
    return await fetch(url, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        Accept: 'application/x-ndjson',
        'Fairlead-Timeout-Ms': `${timeoutMs}`,
      },
      body: JSON.stringify(body),
      // They would take the token elsewhere.
      redirect: 'manual',
      signal: context.signal,
    });
  } catch (error) {
    if (context.signal.aborted) throw failure('It was interrupted before the gateway answered.');
    throw unreachable(gateway, error instanceof Error ? error.cause : error);
  }
}
