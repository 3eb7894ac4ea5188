// How a channel is read where bytes come without end: with a pause for timers, or up to the end. It keeps no bytes.
import { noop } from '../deadline.ts';
import type { Channel } from './channel.ts';

/** The size of the receive buffer, and so the most that `read` can be asked to wait for. */
export const READ_BUFFER_BYTES = 65_536;
/** How much may be read before timers get a turn: workerd looks for those only when nothing is ready, and some peers always are. */
export const BYTES_PER_TURN = 2_097_152;

/** Reads once timers have had a turn. */
export async function readNextTurn(
  channel: Channel,
  atLeast: number,
  into: Uint8Array | undefined,
): Promise<Uint8Array | undefined> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  return channel.read(atLeast, into);
}

/** Drops what comes behind a read that may be pending, up to the end of the stream. */
export async function skipToEnd(channel: Channel, pending: Promise<unknown> | undefined): Promise<void> {
  await pending?.catch(noop);
  while ((await channel.read(1)) !== undefined);
}
