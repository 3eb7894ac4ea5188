// A bare socket.
import { type RawSocket, rawSocket } from '../raw.ts';
import { rounds, type Subject, timed } from '../round.ts';
import { ASK, connections, MEBIBYTES, ONE, PING, PINGS } from './scenarios.ts';

async function byte(socket: RawSocket): Promise<void> {
  void socket.write(ONE);
  await socket.skip(1);
  await socket.close();
}

const raw: Subject = {
  async bulk(port) {
    const socket = await rawSocket(port);
    const result = await timed(MEBIBYTES, async () => {
      await socket.write(ASK);
      await socket.skip(MEBIBYTES << 20);
    });
    await socket.close();
    return result;
  },
  async pings(port) {
    const socket = await rawSocket(port);
    const result = await timed(PINGS, async () => {
      for (let i = 0; i < PINGS; i++) {
        // The fastest there is: the read follows in the same turn.
        void socket.write(PING);
        await socket.skip(PING.length);
      }
    });
    await socket.close();
    return result;
  },
  connect: connections(async (port) => byte(await rawSocket(port))),
  connectTls: connections(async (port) => byte(await rawSocket(port, true))),
};

export default rounds({ 'raw socket': raw });
