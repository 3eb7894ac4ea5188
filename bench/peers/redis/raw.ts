// A bare socket of `node:net` that sends the same bytes and parses nothing: what Node and Bun leave a client.
import { type Canned, COMMANDS, repeat } from '../../workers/redis/canned.ts';
import {
  BATCHES,
  BIG_READS,
  CONNECTS,
  IN_FLIGHT,
  MANY_BATCHES,
  MANY_IN_FLIGHT,
  SEQUENTIAL,
} from '../../workers/redis/scenarios.ts';
import { type Subject, timed } from '../../workers/round.ts';
import { bareSocket, skip } from '../bare-socket.ts';

/** Writes a command again and again, and counts the replies' bytes. */
function raw({ command, replyBytes }: Canned, times: number, size = 1) {
  return async (port: number) => {
    const socket = await bareSocket(port);
    const request = repeat(command, size);
    const result = await timed(times * size, async () => {
      for (let i = 0; i < times; i++) {
        socket.write(request);
        await skip(socket, replyBytes * size);
      }
    });
    socket.destroy();
    return result;
  };
}

/** By the scenarios' names. */
export const rawRedis: Subject = {
  connect: (port) =>
    timed(CONNECTS, async () => {
      for (let i = 0; i < CONNECTS; i++) await raw(COMMANDS.small, 1)(port);
    }),
  get: raw(COMMANDS.small, SEQUENTIAL),
  get100: raw(COMMANDS.small, BATCHES, IN_FLIGHT),
  get1000: raw(COMMANDS.small, MANY_BATCHES, MANY_IN_FLIGHT),
  set100: raw(COMMANDS.set, BATCHES, IN_FLIGHT),
  get1mb: raw(COMMANDS.big, BIG_READS),
};
