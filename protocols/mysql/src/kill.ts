// Cancels what runs on a connection, by KILL QUERY over another one. It does not know whether that was in time.
import type { Connector } from '@fairlead/transport';
import { encodeQuery, encodeQuit } from './encode.ts';
import { open } from './open.ts';
import type { Target } from './options.ts';
import { ColumnCache, ResultReply } from './session.ts';

/** A reply of which nobody hears. */
export function ignoredReply(): ResultReply {
  const nothing = (): void => undefined;
  return new ResultReply('text', { json: 'raw', timestampZone: '', extended: false }, new ColumnCache(), {
    onColumns: nothing,
    onRow: nothing,
    onResult: nothing,
    onLocalFile: nothing,
  });
}

/**
 * Kills what connection `connectionId` runs, over a connection of its own, under the same rules.
 * @throws FairleadError as `open`.
 */
export async function killQuery(target: Target, connector: Connector, connectionId: number): Promise<void> {
  const { transport, driver } = await open(target, connector);
  await driver.send(encodeQuery(`KILL QUERY ${connectionId}`), ignoredReply());
  driver.leave();
  transport.write(encodeQuit());
  transport.close();
}
