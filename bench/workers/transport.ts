// The transport beside a bare socket: a bulk read and a ping-pong.
import { connect } from '@fairlead/transport';
import { rawSocket } from './raw.ts';
import { rounds, type Subject, timed } from './round.ts';

const MEBIBYTES = 200;
const PINGS = 5000;
const PING = new Uint8Array(16).fill(7);
const ASK = Uint8Array.of(MEBIBYTES);

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
};

const fairlead: Subject = {
  async bulk(port) {
    await using transport = await connect({ hostname: '127.0.0.1', port });
    return await timed(MEBIBYTES, async () => {
      await transport.write(ASK);
      for (let left = MEBIBYTES << 20; left > 0; ) {
        const bytes = await transport.read(Math.min(left, 65_536));
        if (!bytes) throw new Error(`The transport ended ${left} bytes early`);
        left -= bytes.length;
      }
    });
  },
  async pings(port) {
    await using transport = await connect({ hostname: '127.0.0.1', port });
    return await timed(PINGS, async () => {
      for (let i = 0; i < PINGS; i++) {
        void transport.write(PING);
        for (let left = PING.length; left > 0; ) {
          const bytes = await transport.read(left);
          if (!bytes) throw new Error('The transport ended early');
          left -= bytes.length;
        }
      }
    });
  },
};

export default rounds({ fairlead, 'raw socket': raw });
