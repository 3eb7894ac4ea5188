// A forward is a transport: the suite of all transports over channels of a link in memory. The server forwards to the memory
// world's puppets.
import { memoryWorld, transportCompliance } from '@fairlead/testkit/compliance';
import type { Connector, Transport } from '@fairlead/transport';
import { isFairleadError } from '@fairlead/transport';
import { clientOver } from '../src/client.ts';
import type { SshClient } from '../src/index.ts';
import { readForwardedTcpip } from '../src/wire/channels/bodies.ts';
import { type ServerChannel, serveConnection } from './support/connection-server.ts';
import { plainPair } from './support/plain-link.ts';

const { connector: memory, world } = memoryWorld();

/** Passes bytes on in both directions; a reset closes the channel without the end of its stream. */
async function bridge(target: Transport, channel: ServerChannel): Promise<void> {
  void channel.closed.then(() => target.destroy(new Error('the client closed the channel')));
  void (async () => {
    for (let bytes = await channel.read(); bytes !== undefined; bytes = await channel.read())
      await target.write(bytes);
    await target.closeWrite();
  })().catch(() => undefined);
  try {
    for (let bytes = await target.read(); bytes !== undefined; bytes = await target.read()) {
      await channel.write(bytes.slice());
    }
    await channel.eof();
    await target.closed;
  } catch {
    // Reset: no EOF.
  }
  await channel.close();
}

function bastion(): SshClient {
  const [link, peer] = plainPair();
  void serveConnection(peer, {
    open: async ({ body }, channel) => {
      try {
        const target = await memory(readForwardedTcpip(body), {
          allowHalfOpen: true,
          connectTimeoutMs: 20_000,
        });
        setTimeout(() => void bridge(target, channel));
        return undefined;
      } catch (error) {
        if (isFairleadError(error)) return 2;
        throw error;
      }
    },
  }).catch(() => undefined);
  const server = {
    software: '',
    hostKey: { algorithm: '', fingerprint: '' },
    banner: '',
    algorithms: link.algorithms,
  };
  return clientOver({ link, server }, { keepAliveMs: 15_000, timeoutMs: 60_000 });
}

const ssh = bastion();

/** TLS from the first byte is refused by a forward; those cases are shown on the world's own connector. */
const connector: Connector = (address, options) =>
  options?.tls === 'implicit' ? memory(address, options) : ssh.connector(address, options);

transportCompliance('an SSH forward', connector, {
  ...world,
  capabilities: {
    ...world.capabilities,
    starttls: 'TLS cannot begin inside a channel',
    platformWrites: 'a channel writes packets of SSH, not to the platform',
  },
});
