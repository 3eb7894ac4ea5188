// Ours.
import { connect } from '@fairlead/transport';
import { rounds, type Subject, timed } from '../round.ts';
import { ASK, connections, MEBIBYTES, ONE, PING, PINGS } from './scenarios.ts';

async function byte(port: number, tls: 'off' | 'implicit'): Promise<void> {
  const hostname = tls === 'off' ? '127.0.0.1' : 'localhost';
  await using transport = await connect({ hostname, port }, { tls });
  void transport.write(ONE);
  if ((await transport.read())?.length !== 1) throw new Error('The transport gave something else');
}

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
  connect: connections((port) => byte(port, 'off')),
  connectTls: connections((port) => byte(port, 'implicit')),
};

export default rounds({ fairlead });
