// Sends KILL QUERY over a connection of its own, again and again if the first one comes too early.
import { type CallLimit, limitOf, remainingMs } from '@fairlead/client';
import { bounded, type Connector } from '@fairlead/transport';
import type { Target } from '../../options/target.ts';
import { silentReply } from '../../session/replies/result-reply.ts';
import { encodeQuery, encodeQuit } from '../../wire/encode.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { openSession } from '../login/open-session.ts';

/** How long a statement may go on after the first kill before the second one is sent. Each further wait is twice as long. */
const AGAIN_MS = 250;

/**
 * What became of a cancellation: no kill was sent; the server confirmed it, or refused it; or a kill was sent and nobody knows
 * when the server will act on it.
 */
export type Kill = 'unsent' | 'confirmed' | 'refused' | 'unknown';

/** A statement that is to end. */
export interface RunningStatement {
  readonly ended: boolean;
  readonly finished: Promise<void>;
}

/**
 * Cancels the statement that connection `connectionId` runs, over a new connection with the same options.
 * @param limit For the login. The kills may take as long again: the new connection has ended then.
 * @param running Until it has ended the kill is repeated: a server that has not read the statement yet confirms a kill, and
 *   forgets it. Without it one kill is sent, which may come too early.
 * @throws FairleadError as `openSession`: no kill was sent.
 */
export async function killQuery(
  target: Target,
  connector: Connector,
  connectionId: number,
  limit: CallLimit,
  running: RunningStatement = { ended: false, finished: Promise.resolve() },
): Promise<Kill> {
  const { transport, exchange } = await openSession(target, connector, limit);
  const packet = encodeQuery(`KILL QUERY ${connectionId}`);
  const { at, timeoutMs } = limit;
  const rest = limitOf({ timeoutMs });
  let kill: Kill = 'unsent';
  // A connector that keeps no limit may be too late: nobody waits for the kill any more.
  let isOver = running.ended || Date.now() > at;
  for (let waitMs = AGAIN_MS; !isOver; waitMs *= 2) {
    if (!exchange.failed) kill = await askToKill(exchange, packet, rest);
    isOver =
      kill !== 'confirmed' ||
      (await bounded(running.finished, Math.min(waitMs, remainingMs(rest)))).kind === 'done' ||
      Date.now() >= rest.at;
  }
  exchange.detach();
  transport.write(encodeQuit()).catch(() => undefined);
  // Closing has a time limit of its own.
  transport.close();
  return kill;
}

async function askToKill(exchange: Exchange, packet: Uint8Array, limit: CallLimit): Promise<Kill> {
  const reply = silentReply();
  const answered = await bounded(exchange.ask(packet.slice(), reply), remainingMs(limit));
  if (answered.kind !== 'done') return 'unknown';
  return reply.failure === undefined ? 'confirmed' : 'refused';
}
