// Cancels what runs on a connection, by KILL QUERY over another one. It does not know whether that was in time.
import { type CallLimit, remainingMs } from '@fairlead/client';
import { bounded, type Connector } from '@fairlead/transport';
import type { Target } from '../options/target.ts';
import { silentReply } from '../session/replies.ts';
import { encodeQuery, encodeQuit } from '../wire/encode.ts';
import { openSession } from './login/open-session.ts';

/**
 * Kills what connection `connectionId` runs, over a connection of its own, under the same rules. Nothing of that
 * connection is left behind when the limit is over.
 * @returns Whether the server has confirmed it.
 * @throws FairleadError as `openSession`.
 */
export async function killQuery(
  target: Target,
  connector: Connector,
  connectionId: number,
  limit: CallLimit,
): Promise<boolean> {
  const { transport, driver } = await openSession(target, connector, limit);
  const reply = silentReply();
  const sent = driver.send(encodeQuery(`KILL QUERY ${connectionId}`), reply);
  const outcome = await bounded(sent, remainingMs(limit));
  driver.leave();
  transport.write(encodeQuit()).catch(() => undefined);
  // It ends within its own time.
  transport.close();
  return outcome.kind === 'done' && reply.failure === undefined;
}
