// What a bare socket of Node or Bun does in the transport's scenarios.
import { type Subject, timed } from '../../workers/round.ts';
import { ASK, connections, MEBIBYTES, ONE, PING, PINGS } from '../../workers/transport/scenarios.ts';
import { bareSocket, skip } from '../bare-socket.ts';

/** By the scenarios' names. */
export const bare: Subject = {
  async bulk(port) {
    const socket = await bareSocket(port);
    const result = await timed(MEBIBYTES, async () => {
      socket.write(ASK);
      await skip(socket, MEBIBYTES * 1_048_576);
    });
    socket.destroy();
    return result;
  },
  async pings(port) {
    const socket = await bareSocket(port);
    const result = await timed(PINGS, async () => {
      for (let i = 0; i < PINGS; i++) {
        socket.write(PING);
        await skip(socket, PING.length);
      }
    });
    socket.destroy();
    return result;
  },
  connect: connections(async (port) => {
    const socket = await bareSocket(port);
    socket.write(ONE);
    await skip(socket, 1);
    socket.destroy();
  }),
};
